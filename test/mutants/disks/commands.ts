/** Mutated disks through whole commands: their exit codes and messages. */
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "../../../cli/main";
import { readImageFile } from "../../../config/image-file";
import { statementOf } from "../../../provider/record";
import { keyFileSigner, signStatement } from "../../../trust/sign";
import { faultIn, isOurs, type Judged, type Kind } from "../kind";
import { Bench, type Mutant } from "./disks";

const COMMAND = path.join(__dirname, "../../../cli/imprimatur.js");

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export const INSPECT: Kind = {
  what: "disks, inspect --policy",
  count: 300,
  limit: 10_000,
  async prepare(folder) {
    const bench = new Bench(folder);
    return (seed) =>
      bench.with(seed, async (mutant) => judgeInspect(await inProcess(["inspect", "--policy", mutant.file])));
  },
};

export const VERIFY_DISK: Kind = {
  what: "disks, verify disk",
  count: 300,
  limit: 10_000,
  async prepare(folder) {
    const bench = new Bench(folder);
    await publish(bench, folder);
    return (seed) =>
      bench.with(seed, async (mutant) => judgeVerify(await inProcess(verifying(mutant, folder)), mutant));
  },
};

/** The same as separate programs: no stack trace is shown, whatever the input. */
export const COMMANDS: Kind = {
  what: "disks, the program itself",
  count: 60,
  limit: 10_000,
  isElsewhere: true,
  async prepare(folder) {
    const bench = new Bench(folder);
    await publish(bench, folder);
    return (seed) =>
      bench.with(seed, async (mutant) => {
        const args = seed % 2 === 0 ? ["inspect", "--policy", mutant.file] : verifying(mutant, folder);
        const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
          encoding: "utf8",
        });
        const said = { code: status, out: stdout, err: stderr };
        const judged = seed % 2 === 0 ? judgeInspect(said) : judgeVerify(said, mutant);
        const fault = judged.fault ?? faultIn(stderr);
        return { answer: judged.answer, ...(fault !== undefined && { fault }) };
      });
  },
};

const verifying = ({ file }: Mutant, folder: string) => {
  const record = `${file}.sigstore.json`;
  return [
    "verify",
    "disk",
    file,
    "--record",
    record,
    "--key",
    path.join(folder, "publisher.pem"),
    "--block-map",
    `${file}.blockmap`,
  ];
};

async function inProcess(args: readonly string[]): Promise<Said> {
  const said = { code: -1, out: "", err: "" };
  const io = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    interactive: false,
  };
  said.code = await run([...args, "--debug"], io);
  return said;
}

function judgeInspect(said: Said): Judged {
  const answer = /^policy (\w+)/m.exec(said.out)?.[1] ?? "refused";
  const isKnown = said.code === 0 || said.code === 1 || said.code === 2;
  return judged(`${answer}, ${said.code}`, said, isKnown ? undefined : `exit code ${said.code}`);
}

function judgeVerify(said: Said, { isSame }: Mutant): Judged {
  const isKnown = said.code === 0 || said.code === 1 || said.code === 3;
  // A disk of another format is reported as such, and not judged.
  const wrong =
    said.code === 0 && !isSame
      ? "a changed disk is genuine"
      : said.code === 3 && isSame
        ? "the same disk is not"
        : undefined;
  return judged(`exit code ${said.code}`, said, isKnown ? wrong : `exit code ${said.code}`);
}

/** A refusal has to come from one of our errors, and to print a message without faults. */
function judged(answer: string, { code, out, err }: Said, wrong?: string): Judged {
  const lines = err.split("\n");
  const told = lines.filter((line) => line.startsWith("imprimatur: ")).join("\n");
  const thrown = lines.find((line) => /^\w+( \[\w+\])?: /.test(line) && !line.startsWith("imprimatur: "));
  const name = thrown?.split(/[ :]/)[0];
  const foreign = name !== undefined && !isOurs(name) ? `${err}` : undefined;
  const silent = code !== 0 && out === "" && told === "" ? "nothing is said" : undefined;
  const fault = wrong ?? foreign ?? silent ?? faultIn(out) ?? faultIn(told);
  return { answer, ...(fault !== undefined && { fault: `${fault}\n${out}${err}` }) };
}

/** A signed record of each sound disk: all that a user has. */
async function publish(bench: Bench, folder: string): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const signer = keyFileSigner(privateKey.export({ format: "pem", type: "pkcs8" }), "release.pem");
  writeFileSync(path.join(folder, "publisher.pem"), publicKey.export({ format: "pem", type: "spki" }));
  for (const file of bench.files) {
    const output = `${file}.json`;
    const names = ["--product", "demo", "--version", "1.0", "--output", output, "--block-map"];
    const { code, err } = await inProcess(["inspect", file, ...names]);
    if (code !== 0) throw new Error(err);
    const { imageFile } = readImageFile(readFileSync(output, "utf8"), output);
    const options = {
      product: "demo",
      version: "1.0",
      publisher: "Example",
      provenance: { basedOn: "Debian 13" },
    };
    const more = { imageFile: imageFile!, configDigest: "0".repeat(64), folder: "records", objects: [] };
    writeFileSync(
      `${file}.sigstore.json`,
      await signStatement(statementOf({ ...options, ...more }, new Date(0)), signer),
    );
  }
}
