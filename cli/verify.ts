// Starts fast: modules are loaded when needed (`npx imprimatur verify` has no Pulumi in it).
import { Command, Option } from "commander";
import { BRISK, PATIENT } from "../clouds/retry";
import { type Cloud, CLOUDS } from "../facts/clouds";
import type { CloudTrust } from "../trust/cloud";
import { CLOUD_TRUST } from "../trust/clouds";
import type { OpenedIndex } from "../trust/signed-index/client";
import type { Verdict } from "../trust/verdict";
import { onInterrupt } from "./interrupt";
import type { Io } from "./io";
import { UsageProblem } from "./problem";
import { withSignerOptions } from "./signer-options";
import { checkOptions, type Kind, kindOf, KINDS, type Options } from "./verify-options";
import { sayVerdict } from "./verify-answer";
import { machineCommand } from "./verify-machine";
import { systemCommand } from "./verify-system";
import { startWaiting, timeOfEachCall } from "./waiting";

/* eslint-disable @typescript-eslint/no-require-imports -- loaded when used, not before */
const load = {
  records: () => require("./verify-records") as typeof import("./verify-records"),
  reading: () => require("../disk/map-disk") as typeof import("../disk/map-disk"),
  disk: () => require("../trust/check-disk") as typeof import("../trust/check-disk"),
  files: () => require("../inspection/extent-files") as typeof import("../inspection/extent-files"),
  odd: () => require("../disk/problem") as typeof import("../disk/problem"),
  problem: () => require("../trust/problem") as typeof import("../trust/problem"),
  current: () => require("../trust/signed-index/current") as typeof import("../trust/signed-index/current"),
};
/* eslint-enable @typescript-eslint/no-require-imports */

const CLEAR = "\r\x1b[K";

const subjectOf = (cloud: Cloud, { subject }: Pick<CloudTrust, "subject">) =>
  `  ${`${cloud} <${subject.form}>`.padEnd(22)}   ${subject.help}`;

const helpOf = (called: string) => `
What is asked about:
  disk <file or device>    every byte of a raw disk: a file, or a fresh volume attached as /dev/nvme1n1
${CLOUDS.map((cloud) => subjectOf(cloud, CLOUD_TRUST[cloud])).join("\n")}
  system                   every file of a system that runs, against the list of its image: verify system --help
  machine                  what this machine booted, or one whose answer is in files, by its TPM: verify machine --help

Needed is one file from the publisher: the trust file of the product, which leads to its signed index, records and key. Or else
the record and the public key, or, where the publisher signs without one, who that is; then nothing tells of a withdrawal or a newer
release that you were not given. Questions to a cloud are asked with your own credentials, so the answer is what you would get.

Examples:
  ${called} aws ami-0123 --region eu-west-1 --trust debian-13.trust.json
  ${called} disk my.raw --release 20261120.0 --trust debian-13.trust.json
  ${called} disk my.raw --record 20261120.0.sigstore.json --key publisher.pem
  ${called} aws ami-0123 --region eu-west-1 --records records/ --key publisher.pem
  ${called} aws ami-0123 --region eu-west-1 --records records/ --key publisher.pem --bytes
  ${called} disk my.raw --record 20261120.0.sigstore.json --certificate-identity release@example.org \\
    --certificate-oidc-issuer https://accounts.google.com

--bytes, in your own account:
${CLOUDS.map((cloud) => `  ${cloud.padEnd(10)} ${CLOUD_TRUST[cloud].readsBytes}`).join("\n")}

Exit codes:
  0  genuine: what a record says that is signed by the key or identity, and current
  1  it could not be checked: no network, no rights, a record or block map that is not what was signed, an index that is expired
     or was rolled back
  2  wrong usage
  3  not genuine: in no record, not what its record says, not in the index, or not what --product and --official ask for
  4  genuine, but not current: withdrawn, deprecated, or a newer one is out, as far as the index or --records knows`;

/**
 * `imprimatur verify`: verifies an image against signed records.
 *
 * @param called how the user starts it
 */
export function command(io: Io, called = "imprimatur verify"): Command {
  const asked = new Command("verify")
    // A kind with options of its own has them after its name.
    .enablePositionalOptions()
    .addCommand(machineCommand(io))
    .addCommand(systemCommand(io))
    .description("Checks a disk, or an image in a cloud, against the publisher's signed record.")
    .argument("<kind>", KINDS.join(", "))
    .argument("<subject>", "what is asked about")
    .option("--record <file>", "the record of the release")
    .option("--records <folder>", "records of several releases: says whether a newer one is out")
    .option("--trust <file>", "the publisher's trust file of the product: root and address of its index")
    .option("--index <URL or folder>", "the publisher's signed index; default: the address in --trust")
    .option("--root <file>", "with --index, instead of --trust: the root of the index, from the publisher")
    .option("--release <version>", "disk, with an index and no --record: which release; default: the newest");
  const verify = withSignerOptions(asked)
    .option("--product <name>", "which product it should be; an image of another one is not genuine")
    .option("--official", "only the product's own image, none that is based on another product")
    .option("--region <region>", `${cloudsWith("region")}: where`)
    .addOption(
      new Option("--architecture <name>", "disk: which one of the record").choices(["x86_64", "arm64"]),
    )
    .option(
      "--block-map <file>",
      "disk, or with --bytes: says where it differs; default: the one beside the record",
    )
    .option("--bytes", `${cloudsWith("blockMap")}: read the bytes too, in your own account`);
  for (const cloud of CLOUDS)
    for (const [flags, help] of CLOUD_TRUST[cloud].ownOptions ?? [])
      verify.option(flags, `${cloud}: ${help}`);
  return verify
    .option("--json", "print the answer as JSON")
    .addHelpText("after", helpOf(called))
    .action(async (kind: string, subject: string, options: Options) => {
      sayVerdict(await answer(kindOf(kind), subject, options, io), options, io);
    });
}

/** Clouds whose images this option says something of. */
function cloudsWith(option: CloudTrust["options"][number]): string {
  return CLOUDS.filter((cloud) => CLOUD_TRUST[cloud].options.includes(option)).join(", ");
}

async function answer(kind: Kind, id: string, options: Options, io: Io): Promise<Verdict> {
  checkOptions(kind, options);
  const { verdict, index } = await (kind === "disk"
    ? askDisk(id, options, io)
    : askCloud(kind, id, options, io));
  const { heldAgainst, withoutIndex } = load.current();
  return index ? heldAgainst(verdict, index, new Date()) : withoutIndex(verdict);
}

interface Answered {
  readonly verdict: Verdict;
  readonly index?: OpenedIndex;
}

async function askCloud(
  kind: Exclude<Kind, "disk">,
  given: string,
  options: Options,
  io: Io,
): Promise<Answered> {
  const id = idOf(kind, given);
  const { records, index } = await load.records().readHeld(kind, options, io);
  const { region, bytes = false, blockMap, subscription, resourceGroup } = options;
  const waiting = startWaiting(io, `waiting for ${kind}; ${timeOfEachCall(bytes ? PATIENT : BRISK)}`);
  const shown = statusOn(io);
  const status = (line: string) => {
    if (line !== "") waiting.status(line);
    shown(line);
  };
  const retrying = io.interactive ? status : (line: string) => io.err(`${line}\n`);
  // Objects created in the asker's account are deleted, also on interruption.
  const ask = (signal: AbortSignal): Promise<Verdict> => {
    const question = {
      ...{ id, records, bytes, status, retrying, signal },
      blockMap,
    };
    return CLOUD_TRUST[kind].check({
      ...question,
      ...(region !== undefined && { region }),
      ...(subscription !== undefined && { subscription }),
      ...(resourceGroup !== undefined && { resourceGroup }),
    });
  };
  const verdict = await onInterrupt(ask).finally(() => {
    waiting.end();
    shown("");
  });
  return { verdict, ...(index && { index }) };
}

/** Validated before anything else is read or queried. */
function idOf(kind: Exclude<Kind, "disk">, given: string): string {
  try {
    return CLOUD_TRUST[kind].parseId(given);
  } catch (error) {
    throw error instanceof load.problem().MalformedId ? new UsageProblem(error.message) : error;
  }
}

function statusOn(io: Io): (line: string) => void {
  return io.interactive ? (line) => io.err(`${CLEAR}${line}`) : () => {};
}

/** Reading the disk starts at once; the record is read meanwhile. */
async function askDisk(path: string, options: Options, io: Io): Promise<Answered> {
  // A device or a network file system may stop answering: the time goes on.
  const waiting = startWaiting(io, `reading ${path}`);
  const onProgress = (done: number, size: number) => waiting.detail(`${Math.floor((100 * done) / size)}%`);
  const { architecture, blockMap } = options;
  const { checkDisk, checkOddDisk } = load.disk();
  const begun = await load
    .reading()
    .beginReading(path, onProgress)
    .catch((error: unknown) => {
      if (error instanceof load.odd().OddSize) return error;
      // Its timer would keep the process alive.
      waiting?.end();
      throw error;
    });
  try {
    const { records, index } = await load.records().readHeld("disk", options, io);
    const [record] = records.trusted;
    if (!record) throw new UsageProblem("--record is missing");
    const held = { record, records, architecture };
    const about = { ...(index && { index }) };
    if (begun instanceof load.odd().OddSize) return { ...about, verdict: checkOddDisk(begun, held) };
    const verdict = await checkDisk({
      ...held,
      reading: begun,
      onProgress,
      filesAt: (partitions, ranges) => load.files().filesAt(path, partitions, ranges),
      ...(blockMap !== undefined && { blockMap }),
    });
    return { ...about, verdict };
  } finally {
    if ("stop" in begun) await begun.stop();
    waiting.end();
  }
}
