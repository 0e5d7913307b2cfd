import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { diskIdentity, identityTag } from "../facts/disk-identity";
import { formatBytes } from "../facts/words";
import { BLOCK_SIZE, GIB } from "../facts/units";
import type { Evidence } from "../config/evidence";
import {
  BOOT_MODES,
  type BootMode,
  type Image,
  imageFile as imageFileSchema,
  readImageFile,
  writeImageFile,
} from "../config/image-file";
import { type Architecture, ARCHITECTURES } from "../config/release";
import { type BlockMap, blockMapRoot, countBlocks, encodeBlockMap } from "../disk/block-map";
import { digestDisk, type WholeDigest } from "../disk/digest";
import { Disk } from "../disk/disk";
import { DiskProblem } from "../disk/problem";
import { placedPartitions } from "../disk/partition-types";
import { readPartitionTable } from "../disk/partition-table";
import { measurePolicy, type PolicySubject } from "../inspection/measure";
import { printable } from "../inspection/printable";
import { type PolicyReport, renderJunit, renderText } from "../inspection/report";
import { readText } from "../trust/read-text";
import type { ArchiveOptions, ComparedContents } from "./inspect/archive";
import { EXIT, type ExitCode, type Io } from "./io";
import { evidenceOf, withEvidence } from "./evidence";
import { compareInput, trustedInput } from "./input";
import { measureBoot } from "./measure-boot";
import { policyEvidence, policyJson, readExpectation } from "./policy";
import { Refusal, UsageProblem } from "./problem";
import { provenanceOf } from "./provenance";
import { chooseStart, watchReading } from "./raw-disk";
import { writeFileAtomically } from "./write-file";

interface Options extends ArchiveOptions {
  product?: string;
  version?: string;
  architecture?: Architecture;
  bootMode?: BootMode;
  output?: string;
  blockMap?: boolean;
  policy?: boolean;
  expect?: string;
  sums?: string;
  signature?: string;
  keyring?: string;
  provenance?: string;
  sbom?: string;
  measuredBoot?: boolean;
  secureBootVariables?: string;
  junit?: string;
  digests?: boolean;
  json?: boolean;
}

/** The release in the image file. */
type Named = Options & { product: string; version: string };

const HELP = `
The disk is read once, holes excepted. Of a disk of up to 8 GiB SHA-256 and SHA-512 of the whole file are taken too; a larger
one is named by its block map, unless --digests asks, or --sums for SHA-512: hashing zeros would take longer than the data. The architectures of a release go into one image file, in one call or in several:

  imprimatur inspect images/debian-13/debian-13-x86_64.raw images/debian-13/debian-13-arm64.raw \\
    --product debian-13 --version 20261120.0

Commit the image file and name it in the stack file (imprimatur:releases, imageFile). Keep the disk beside it until the
release is published; a preview does not need it.

With --policy the content is measured too: boot files, packages and their origin, secrets, datasources, leftovers. Without
--product and --version nothing else is done, so that any raw disk can be measured:

  imprimatur inspect --policy somebody-elses.raw

With --measured-boot the image file says what a TPM will measure of each boot entry, so that a running machine can prove what it
booted ('imprimatur verify machine'); what cannot be known from the disk is said with its reason.

With --archive every file is compared with the packages of the distribution's signed archive, whatever the image's own lists say:

  imprimatur inspect debian-13.raw --archive https://deb.debian.org/debian --archive https://deb.debian.org/debian-security

With --sums, --signature and --keyring, the signature of the list is checked before anything else, then the disk against
its digest in the list; the image file keeps who signed. Without them it says that its input is unsigned.

Exit codes: 0 written, 1 the disk, its content or the image file was refused, 2 wrong usage.`;

export function command(io: Io): Command {
  const several = (value: string, all: string[] = []) => [...all, value];
  return new Command("inspect")
    .description("Describes a raw disk in the image file that a release is published from.")
    .argument(
      "<disk...>",
      "raw disk image with a GPT, or an MBR if it starts by BIOS; several: one for each architecture",
    )
    .option("--product <name>", "product that this is a build of")
    .option("--version <version>", "version of the release")
    .addOption(
      new Option("--architecture <name>", "default: by the types of the partitions").choices(ARCHITECTURES),
    )
    .addOption(
      new Option("--boot-mode <mode>", "firmware the disk starts on; default: by its partitions").choices(
        BOOT_MODES,
      ),
    )
    .option("--output <file>", "image file to write or add to; default: <version>.json beside the disk")
    .option(
      "--digests",
      "take SHA-256 and SHA-512 of the whole file of a disk above 8 GiB too, zeros included",
    )
    .option("--block-map", "write <disk>.blockmap too: the digest of every block, for whoever checks copies")
    .option("--policy", "measure the content too")
    .option(
      "--expect <file>",
      "with --policy: what the product declares, YAML or JSON; default: Debian's official images",
    )
    .option("--junit <file>", "with --policy: write the result as JUnit XML too")
    .option(
      "--archive <path or URL>",
      "compare every file with the signed packages of this archive, a mirror or a folder; may be repeated",
      several,
    )
    .option(
      "--suite <name>",
      "with --archive: a suite; may be repeated; default: the image's apt sources",
      several,
    )
    .option(
      "--archive-keyring <file>",
      "with --archive: OpenPGP keys of the archive; may be repeated; default: debian-archive-keyring's",
      several,
    )
    .option(
      "--as-of <time>",
      "with --archive: when its indices had to be valid, for an old snapshot; default: now",
    )
    .option("--sums <file>", "SHA512SUMS that names the disk; with --signature and --keyring")
    .option("--signature <file>", "detached OpenPGP signature of the list")
    .option("--keyring <file>", "OpenPGP keys, one of which must have signed")
    .option(
      "--provenance <file>",
      "the builder's own attestation of how the disk was built: named by its digest",
    )
    .option("--sbom <file>", "write what is installed as a CycloneDX software bill of materials, JSON")
    .option(
      "--measured-boot",
      "compute what a TPM will measure of each boot entry, for 'imprimatur verify machine'",
    )
    .option(
      "--secure-boot-variables <folder>",
      "with --measured-boot: the firmware's PK.esl, KEK.esl, db.esl and dbx.esl; one that is missing is not enrolled",
    )
    .option("--json", "print what was found as JSON")
    .addHelpText("after", HELP)
    .action(async (disks: string[], options: Options) => {
      io.exitWith(await inspectAll(disks, options, io));
    });
}

/** Options that name something of one disk. */
const OF_ONE = ["architecture", "provenance", "sbom", "junit"] as const;

/** One after the other, as each adds to the image file; a disk that is refused does not hide what is wrong with the next. */
async function inspectAll(disks: readonly string[], options: Options, io: Io): Promise<ExitCode> {
  const [only] = disks;
  if (only !== undefined && disks.length === 1) return inspect(only, options, io);
  const single = OF_ONE.filter((name) => options[name] !== undefined).map((name) => `--${name}`);
  if (single.length > 0)
    throw new UsageProblem(
      `${single.join(" and ")}: for one disk; inspect these ${disks.length} one by one.`,
    );
  const refused: string[] = [];
  const results: unknown[] = [];
  const each: Io = options.json ? { ...io, out: (text) => void results.push(JSON.parse(text)) } : io;
  let code: ExitCode = EXIT.ok;
  for (const disk of disks) {
    try {
      code = (await inspect(disk, options, each)) || code;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof DiskProblem)) throw error;
      refused.push(error.message);
    }
  }
  if (options.json) io.out(`${JSON.stringify(results, null, 2)}\n`);
  if (refused.length > 0) throw new Refusal(refused.join("\n"));
  return code;
}

/**
 * Describes one disk, and measures it if that is asked.
 *
 * @throws {DiskProblem}
 * @throws {Refusal}
 */
export async function inspect(file: string, options: Options, io: Io): Promise<ExitCode> {
  const without = (["expect", "junit"] as const).filter(
    (name) => !options.policy && options[name] !== undefined && !(name === "expect" && options.archive),
  );
  if (without.length > 0) {
    const named = without.map((name) => `--${name}`).join(" and ");
    throw new UsageProblem(
      `${named}: only with --policy, which measures the content: add that, or leave it out.`,
    );
  }
  if (options.secureBootVariables !== undefined && !options.measuredBoot)
    throw new UsageProblem("--secure-boot-variables: only with --measured-boot: add that, or leave it out.");
  if (ARCHIVE_OPTIONS.some((name) => options[name] !== undefined)) archives().assertArchiveOptions(options);
  // First of all: an untrusted disk is not even opened.
  const trusted = await trustedInput(file, options);
  if (options.provenance !== undefined && options.product === undefined && options.version === undefined)
    throw new UsageProblem(
      "--provenance is for an image file: add --product and --version, or leave it out.",
    );
  const measures = (["policy", "sbom", "measuredBoot", "archive"] as const).some(
    (name) => options[name] !== undefined,
  );
  if (measures && options.product === undefined && options.version === undefined) {
    const described = await describeDisk(file, options, io);
    compareInput(file, described.image, trusted);
    return (await measure(file, options, described, io)).verdict;
  }
  const named = requireNames(options);
  const output = options.output ?? path.join(path.dirname(file), `${named.version}.json`);
  // Before reading the disk: a usage error must not cost the minutes it takes.
  const before = existingImages(output, named);
  const described = await describeDisk(file, options, io);
  compareInput(file, described.image, trusted);
  const provenance = options.provenance && provenanceOf(options.provenance, described.image);
  // A disk that fails the publisher's policy gets no image file, so that it cannot be published by mistake.
  const { verdict, evidence } = await measure(file, options, described, io);
  if (verdict !== EXIT.ok) return verdict;
  const found: Evidence = {
    ...(trusted && { input: trusted }),
    ...(provenance && { provenance }),
    ...evidence,
  };
  await writeImage({ file, output, before, found }, named, described, io);
  return verdict;
}

interface Target {
  file: string;
  output: string;
  before: Partial<Record<Architecture, Image>>;
  found: Evidence;
}

async function writeImage(
  { file, output, before, found }: Target,
  options: Named,
  { image: measured, architecture, blockMap }: Described,
  io: Io,
): Promise<void> {
  const replaced = before[architecture];
  // Earlier evidence about the same bytes is still valid.
  const known = replaced?.blockMap.root === measured.blockMap.root ? replaced : undefined;
  // Digests of the whole file that were taken once stay: releases made of this disk are named by them.
  const { file: name, size, dataBytes, sha256 = known?.sha256, sha512 = known?.sha512, ...rest } = measured;
  const digests = { ...(sha256 !== undefined && { sha256 }), ...(sha512 !== undefined && { sha512 }) };
  const digested = { file: name, size, dataBytes, ...digests, ...rest };
  const image = withEvidence(digested, { input: "unsigned", ...evidenceOf(known), ...found });
  const text = writeImageFile({
    product: options.product,
    version: options.version,
    images: { ...before, [architecture]: image },
  });
  if (options.blockMap) await writeFileAtomically(`${file}.blockmap`, encodeBlockMap(blockMap));
  await writeFileAtomically(output, text);

  if (replaced && !known) {
    const before = identityTag(diskIdentity(replaced));
    io.err(`${output}: the ${architecture} image was another disk before (${before}).\n`);
  }
  if (path.resolve(path.dirname(output)) !== path.resolve(path.dirname(file))) {
    io.err(
      `Publishing looks for ${image.file} beside the image file: put it into ${path.dirname(output) || "."}.\n`,
    );
  }
  if (options.json) {
    const result = { output, ...(options.blockMap && { blockMap: `${file}.blockmap` }), architecture, image };
    io.out(`${JSON.stringify(result, null, 2)}\n`);
  } else io.out(summary(output, architecture, image));
}

/** Runs the requested measurements. */
async function measure(
  file: string,
  options: Options,
  { image, architecture }: Described,
  io: Io,
): Promise<{ verdict: ExitCode; evidence?: Evidence }> {
  const { policy, product, json } = options;
  const subject = { ...image, blockMapRoot: image.blockMap.root, path: file, architecture };
  const declared = readExpectation(options.expect);
  const compared = await compareIfAsked(subject, options, declared.ownFiles ?? [], io);
  const differs = compared?.report.outcome === "failed";
  // The other measurements come after the policy: their failure must not hide its findings.
  if (policy === undefined) {
    const { said, ...evidence } = await measureOthers(subject, options, compared);
    // Nothing else was requested or will follow, and a program expects JSON.
    if (product === undefined || differs)
      io.out(json ? `${JSON.stringify(said.json, null, 2)}\n` : said.text);
    else io.err(said.notes);
    return { verdict: differs ? EXIT.problem : EXIT.ok, evidence };
  }
  const report = measurePolicy(subject, declared);
  if (options.junit !== undefined) await writeFileAtomically(options.junit, renderJunit(report));
  // With --json stdout has a single result: the report, if it is all that was requested or will follow.
  const last = product === undefined || report.outcome === "failed" || differs;
  if (json && last) io.out(reportsJson(report, compared));
  else (last ? io.out : io.err)(`${renderText(report)}${compared?.text ?? ""}`);
  const { said, ...evidence } = await measureOthers(subject, options, compared);
  io.err(said.others);
  return {
    verdict: report.outcome === "passed" && !differs ? EXIT.ok : EXIT.problem,
    evidence: { policy: policyEvidence(report, declared), ...evidence },
  };
}

type Others = Pick<Evidence, "sbom" | "measuredBoot" | "contents"> & {
  /** For a person, or as data, where nothing else was requested; `notes` in any case, `others` without the comparison's. */
  said: { text: string; notes: string; others: string; json: object };
};

async function measureOthers(
  subject: PolicySubject,
  options: Options,
  compared: ComparedContents | undefined,
): Promise<Others> {
  const { sbom, measuredBoot, secureBootVariables } = options;
  const boot = measuredBoot ? measureBoot(subject, secureBootVariables) : undefined;
  const others = boot?.notes ?? "";
  const notes = `${compared?.text ?? ""}${others}`;
  const text = `${sbom === undefined ? "" : `${sbom}\n`}${boot?.text ?? ""}${notes}`;
  const json = {
    ...(sbom !== undefined && { sbom }),
    ...boot?.json,
    ...(compared && { contents: compared.report }),
  };
  const said = { text, notes, others, json };
  const found = {
    ...(boot?.measuredBoot && { measuredBoot: boot.measuredBoot }),
    ...(compared?.evidence && { contents: compared.evidence }),
  };
  if (sbom === undefined) return { ...found, said };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- its library takes as long to load as all the rest
  const { sbomText } = require("./sbom") as typeof import("./sbom");
  const bom = sbomText(subject, compared?.archived);
  await writeFileAtomically(sbom, bom);
  const sha256 = createHash("sha256").update(bom).digest("hex");
  return { sbom: { file: path.basename(sbom), sha256 }, ...found, said };
}

const ARCHIVE_OPTIONS = ["archive", "suite", "archiveKeyring", "asOf"] as const;

/** Loaded when used: of what reads packages most inspections need nothing. */
function archives(): typeof import("./inspect/archive") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return require("./inspect/archive") as typeof import("./inspect/archive");
}

async function compareIfAsked(
  subject: PolicySubject,
  { archive, ...options }: Options,
  ownFiles: readonly string[],
  io: Io,
): Promise<ComparedContents | undefined> {
  if (archive === undefined) return undefined;
  return archives().compareContents(subject, { ...options, archive }, ownFiles, io);
}

/** The policy's alone is what its digest in the image file is of. */
function reportsJson(policy: PolicyReport, compared: ComparedContents | undefined): string {
  if (compared === undefined) return policyJson(policy);
  return `${JSON.stringify({ policy, contents: compared.report }, null, 2)}\n`;
}

interface Described {
  image: Image;
  architecture: Architecture;
  blockMap: BlockMap;
}

/**
 * Content of the image file about the disk.
 *
 * @throws {DiskProblem}
 * @throws {UsageProblem}
 */
async function describeDisk(file: string, options: Options, io: Io): Promise<Described> {
  const disk = await Disk.open(file);
  try {
    const partitionTable = await readPartitionTable(disk);
    const { architecture, bootMode } = chooseStart(file, partitionTable, options);
    const progress = watchReading(disk, io);
    const { size, dataBytes, blockMap, ...digests } = await digestDisk(disk, {
      whole: wholeDigests(disk.size, options),
      onProgress: progress.moved,
    }).finally(progress.end);
    await disk.assertUnchanged();
    const image: Image = {
      file: path.basename(file),
      size,
      dataBytes,
      ...digests,
      blockMap: {
        blockSize: BLOCK_SIZE,
        blocks: countBlocks(size),
        dataBlocks: blockMap.blocks.length,
        root: blockMapRoot(blockMap),
      },
      bootMode,
      partitionTable,
    };
    return { image, architecture, blockMap };
  } finally {
    await disk.close();
  }
}

/** Above it zeros would cost more than data: at 820 MiB/s SHA-512 takes ten seconds for as many, and 45 minutes for 2 TiB. */
const LARGEST_DIGESTED = 8 * GIB;

/**
 * Digests of the whole file to take. By the size alone and not by the holes, so that a copy without holes is described
 * alike.
 */
function wholeDigests(size: number, { digests, sums }: Pick<Options, "digests" | "sums">): WholeDigest[] {
  if (digests || size <= LARGEST_DIGESTED) return ["sha256", "sha512"];
  return sums === undefined ? [] : ["sha512"];
}

/**
 * Images already in the file.
 *
 * @throws {Refusal} when it is invalid, or of another release
 */
function existingImages(output: string, { product, version }: Named): Partial<Record<Architecture, Image>> {
  if (!existsSync(output)) return {};
  const { imageFile, message } = readImageFile(readText(output), output);
  if (message !== undefined)
    throw new Refusal(`${message}\n${output}: to write it from nothing, remove it first.`);
  if (imageFile.product === product && imageFile.version === version) return imageFile.images;
  throw new Refusal(
    `${output}: this is the image file of ${imageFile.product} ${imageFile.version}, not of ${product} ${version}. ` +
      "Name another file with --output.",
  );
}

/**
 * Validates names that the stack file would refuse later.
 *
 * @throws {UsageProblem}
 */
function requireNames(options: Options): Named {
  const lines = (["product", "version"] as const).flatMap((name) => {
    const given = options[name];
    if (given === undefined) return [`--${name} is missing: whose image file is this to be?`];
    const { error } = imageFileSchema.shape[name].safeParse(given);
    return error ? [`--${name} needs ${error.issues[0]?.message}, but has "${given}".`] : [];
  });
  if (lines.length > 0) throw new UsageProblem(lines.join("\n"));
  return options as Named;
}

function summary(output: string, architecture: Architecture, image: Image): string {
  const { blockMap, partitionTable } = image;
  const rows = [
    ["disk", `${image.file}, ${formatBytes(image.size)}, ${formatBytes(image.dataBytes)} of it data`],
    ["starts", `${architecture}, ${image.bootMode}`],
    [
      "partitions",
      placedPartitions(partitionTable)
        .map(({ number, name = "" }) => `${number} ${printable(name) || "-"}`)
        .join(", "),
    ],
    [
      "sha256",
      image.sha256 ?? "not taken: more than 8 GiB, and the block map names the disk (--digests takes it)",
    ],
    ["block map", `${blockMap.dataBlocks} of ${blockMap.blocks} blocks hold data, root ${blockMap.root}`],
  ];
  const table = rows.map(([name, value]) => `  ${(name ?? "").padEnd(12)}${value}\n`).join("");
  return `${output}\n${table}`;
}
