// Starts fast, as verify.ts does.
import { Command, Option } from "commander";
import type { Architecture } from "../config/release";
import type { SystemReport } from "../inspection/against-list/compare";
import type { FileList } from "../config/file-list";
import type { Io } from "./io";
import { UsageProblem } from "./problem";
import { repeated } from "./repeated";
import { isSignerSaid, signerProblems, withSignerOptions } from "./signer-options";
import type { RecordOptions } from "./trusted-records";
import { sayVerdict } from "./verify-answer";
import { indexProblems, type IndexOptions, isIndexed } from "./verify-index";
import { startWaiting } from "./waiting";

/* eslint-disable @typescript-eslint/no-require-imports -- loaded when used, not before */
const load = {
  records: () => require("./verify-records") as typeof import("./verify-records"),
  list: () => require("../trust/signed-file-list") as typeof import("../trust/signed-file-list"),
  system: () => require("./system/compare") as typeof import("./system/compare"),
  answer: () => require("./system/answer") as typeof import("./system/answer"),
  check: () => require("../trust/check-system") as typeof import("../trust/check-system"),
  current: () => require("../trust/signed-index/current") as typeof import("../trust/signed-index/current"),
};
/* eslint-enable @typescript-eslint/no-require-imports */

interface Options extends RecordOptions, Omit<IndexOptions, "root"> {
  root: string;
  files?: string;
  indexRoot?: string;
  architecture?: Architecture;
  own: string[];
  product?: string;
  official?: boolean;
  json?: boolean;
}

const HELP = `
Answers "is this still the official image?" of a system that runs, or of one that is mounted at --root, without a fresh volume: every file
is compared with the list of the image that the record names. What differs is sorted:

  program, start, setuid, device, missing   programs, libraries, kernels and dpkg's scripts that are others; units, jobs and hooks that were
                                            added; files that run as another user; device nodes; files that are not there
  setting                                   what is set in /etc: not judged
  generated                                 caches, initramfs, keys, names: made on the machine, and not judged
  package …                                 installed, upgraded or removed since, by dpkg's own word: its files are not compared

Data (/home, /srv, most of /var) is looked at for setuid files and devices alone. Run it as root: what may not be read is said. File
capabilities and other extended attributes are not looked at.

  imprimatur verify system --record 20261120.0.sigstore.json --key publisher.pem --files 20261120.0-x86_64.files.gz
  imprimatur verify system --trust debian-13.trust.json --files 20261120.0-x86_64.files.gz --own '/opt/our-agent/**'

Exit codes: 0 its programs are the image's, 1 it could not be checked, or programs could not be read, 2 wrong usage, 3 programs differ (which
is said), 4 they do not, and packages changed since, or it is withdrawn, or a newer release is out.`;

/** `imprimatur verify system`: whether a running system is still what a record says. */
export function systemCommand(io: Io): Command {
  const asked = new Command("system")
    .description("Checks whether a running system, or a mounted one, still has the files of its image.")
    .option("--record <file>", "the record of the release")
    .option(
      "--records <folder>",
      "records of several releases: the list tells which, and whether a newer one is out",
    )
    .option(
      "--files <file>",
      "the list of the image's files, from its publisher; default: the one beside the record",
    )
    .option("--root <folder>", "root of the system", "/")
    .option(
      "--own <pattern>",
      "files that you put there: * within a folder, ** across; may be repeated",
      repeated,
      [],
    )
    .option("--trust <file>", "the publisher's trust file of the product: root and address of its index")
    .option("--index <URL or folder>", "the publisher's signed index; default: the address in --trust")
    .option(
      "--index-root <file>",
      "with --index, instead of --trust: the root of the index, from the publisher",
    );
  return withSignerOptions(asked)
    .addOption(new Option("--architecture <name>", "which disk of the record").choices(["x86_64", "arm64"]))
    .option("--product <name>", "which product it should be")
    .option("--official", "only the product's own image, none that is based on another product")
    .option("--json", "print the answer as JSON, with every difference")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const { root: folder, indexRoot, ...rest } = options;
      const asking = { ...rest, ...(indexRoot !== undefined && { root: indexRoot }) };
      checkOptions(options, asking);
      const { records, index } = await load.records().readHeld("system", asking, io);
      const signed = load.list().signedFileList(records, options.files, options.architecture);
      const report = await compare(folder, signed.list, options, io);
      const { listing, ...found } = load.answer().answerOf(report);
      const verdict = load.check().checkSystem({
        ...{ subject: folder === "/" ? "this system" : folder, ...signed, records, found },
        ...{ needed: report.needed, system: report },
      });
      const { heldAgainst, withoutIndex } = load.current();
      const held = index ? heldAgainst(verdict, index, new Date()) : withoutIndex(verdict);
      if (!options.json) io.out(listing);
      sayVerdict(held, options, io);
    });
}

/** All that is missing or does not belong together, a line each, before anything is read. */
function checkOptions({ record, records, own }: Options, asking: RecordOptions & IndexOptions): void {
  const problems = [
    ...(isIndexed(asking) && !isSignerSaid(asking) ? [] : signerProblems(asking)),
    ...indexProblems(asking).map((line) => line.replaceAll("--root", "--index-root")),
    ...(record === undefined && records === undefined && !isIndexed(asking)
      ? [
          "--record (or --records) is missing; or --trust, the publisher's trust file, which leads to the records",
        ]
      : []),
    ...own
      .filter((pattern) => !pattern.startsWith("/"))
      .map((pattern) => `--own needs a path from /, but has "${pattern}"`),
  ];
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
}

async function compare(folder: string, list: FileList, { own }: Options, io: Io): Promise<SystemReport> {
  const waiting = startWaiting(io, `comparing the files of ${folder}`);
  try {
    return await load.system().compareSystem(folder, { list, ownFiles: own, onStep: waiting.detail });
  } finally {
    waiting.end();
  }
}
