import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execFile } from "node:child_process";
import type { MachineEvidence } from "../../trust/machine/evidence";
import { LARGEST_LOG } from "../../trust/machine/event-log";
import { reasonOf } from "../../trust/problem";
import { readBytes } from "../../trust/read-text";
import type { Io } from "../io";
import { Refusal } from "../problem";
import { whileWaiting } from "../waiting";
import { writeFileAtomically } from "../write-file";

/** Linux, Documentation/security/tpm/tpm_event_log.rst, 2026-11. */
const EVENT_LOG = "/sys/kernel/security/tpm0/binary_bios_measurements";
const DEVICE = "/dev/tpmrm0";
/** Registers that the event log explains: others go on being extended by the running system. */
const QUOTED = "4,7,8,9,11,12,13,14";
/** A signing key that the TPM uses for what it made itself alone; nobody vouches for it. */
const NEW_KEY = ["-C", "o", "-G", "ecc256:ecdsa-sha256:null", "-a"];
const RESTRICTED = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign";
/** A slow TPM takes seconds for a key. */
const LONGEST_CALL = 60_000;

interface Asked {
  nonce: Buffer;
  /** Default: this machine's. */
  eventLog: string | undefined;
  akHandle: string | undefined;
  /** Folder for the files. */
  save: string | undefined;
}

/**
 * Event log, quote, signature and key of this machine's TPM, by tpm2-tools. Which TPM they use can be said with TPM2TOOLS_TCTI, as ever.
 *
 * @throws {Refusal} when there is none, or it may not be used
 */
export async function askTpm(
  asked: Asked,
  io: Io,
): Promise<Omit<MachineEvidence, "intermediates" | "roots" | "certificate">> {
  const { nonce, eventLog = EVENT_LOG, akHandle, save } = asked;
  assertUsable(eventLog);
  const log = { file: eventLog, data: readBytes(eventLog, { mostBytes: LARGEST_LOG }) };
  const folder = mkdtempSync(path.join(tmpdir(), "imprimatur-tpm-"));
  try {
    const at = (name: string) => path.join(folder, name);
    const key = akHandle ?? at("ak.ctx");
    await whileWaiting(io, "waiting for the TPM", async () => {
      if (akHandle === undefined) await run("tpm2_createprimary", "-Q", ...NEW_KEY, RESTRICTED, "-c", key);
      await run("tpm2_readpublic", "-Q", "-c", key, "-f", "pem", "-o", at("ak.pem"));
      const bank = await bankOf();
      const quoted = ["-l", `${bank}:${QUOTED}`, "-q", nonce.toString("hex")];
      await run("tpm2_quote", "-Q", "-c", key, ...quoted, "-m", at("quote"), "-s", at("signature"));
    });
    const named = (name: string, file: string) => ({ file, data: readFileSync(at(name)) });
    const files = {
      eventLog: log,
      quote: named("quote", "the TPM's quote"),
      signature: named("signature", "the signature of the TPM's quote"),
      key: named("ak.pem", akHandle === undefined ? "a new key of this TPM" : `the TPM's key ${akHandle}`),
    };
    if (save !== undefined) await saveFiles(save, files);
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function saveFiles(
  folder: string,
  files: Record<"eventLog" | "quote" | "signature" | "key", { data: Buffer }>,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const names = { eventLog: "event.log", quote: "quote", signature: "signature", key: "ak.pem" } as const;
  for (const name of Object.keys(names) as (keyof typeof names)[])
    await writeFileAtomically(path.join(folder, names[name]), files[name].data);
}

/** @throws {Refusal} all that is missing, a line each */
function assertUsable(eventLog: string): void {
  const isOwn = eventLog === EVENT_LOG;
  const hasDevice = process.env.TPM2TOOLS_TCTI !== undefined || existsSync(DEVICE);
  const problems = [
    ...(hasDevice
      ? []
      : [
          `${DEVICE}: this machine has no TPM 2.0, or its kernel no driver for it: start an instance with one (AWS: an AMI registered with --tpm-support v2.0; Google, Azure: a vTPM)`,
        ]),
    ...(hasDevice && process.env.TPM2TOOLS_TCTI === undefined && !may(DEVICE, constants.R_OK | constants.W_OK)
      ? [`${DEVICE}: not yours to use: run it as root, or as a member of the group tss`]
      : []),
    ...(hasDevice && isOwn && !existsSync(eventLog)
      ? [
          may(path.dirname(path.dirname(eventLog)), constants.R_OK)
            ? `${eventLog}: the kernel has no event log: the firmware gave none, securityfs is not mounted, or GRUB started the kernel past its EFI stub; check a fresh volume with 'imprimatur verify disk'`
            : `${eventLog}: not yours to read: run it as root`,
        ]
      : []),
    ...(existsSync(eventLog) && !may(eventLog, constants.R_OK)
      ? [`${eventLog}: not yours to read: run it as root`]
      : []),
  ];
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
}

function may(file: string, what: number): boolean {
  try {
    accessSync(file, what);
    return true;
  } catch {
    return false;
  }
}

/** SHA-256 where the TPM keeps it, else SHA-384. */
async function bankOf(): Promise<"sha256" | "sha384"> {
  const text = await run("tpm2_getcap", "pcrs");
  for (const bank of ["sha256", "sha384"] as const)
    if (new RegExp(`${bank}: \\[ *\\d`).test(text)) return bank;
  throw new Refusal(
    "this TPM keeps neither SHA-256 nor SHA-384 registers: switch one on (tpm2_pcrallocate sha256:all), and start the machine again",
  );
}

function run(program: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: LONGEST_CALL, encoding: "utf8" }, (error, out, err) => {
      if (!error) resolve(out);
      else if ((error as NodeJS.ErrnoException).code === "ENOENT")
        reject(new Refusal(`${program}: not found: install tpm2-tools (Debian: apt-get install tpm2-tools)`));
      else {
        const said = err.split("\n").filter((line) => /ERROR/.test(line))[0] ?? reasonOf(error);
        reject(
          new Refusal(`${program} failed: ${said.replace(/^ERROR:\s*/, "").trim()}; nothing was compared`),
        );
      }
    });
  });
}
