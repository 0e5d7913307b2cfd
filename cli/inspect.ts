import path from "node:path";
import { Command } from "commander";
import type { Evidence } from "../config/evidence";
import { DiskProblem } from "../disk/problem";
import { architectureOption, bootModeOption } from "./disk-options";
import { compareInput, trustedInput } from "./input";
import { describeDisk } from "./inspect/describe";
import { existingImages, writeImage } from "./inspect/image-file";
import { ARCHIVE_OPTIONS, archives, measure } from "./inspect/measure";
import { type Options, requireNames } from "./inspect/options";
import { EXIT, type ExitCode, type Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { provenanceOf } from "./provenance";
import { repeated } from "./repeated";

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

With --files the image file names a list of every file, so that a running system can be compared with it, whatever is on it by then
('imprimatur verify system').

With --archive every file is compared with the packages of the distribution's signed archive, whatever the image's own lists say:

  imprimatur inspect debian-13.raw --archive https://deb.debian.org/debian --archive https://deb.debian.org/debian-security

With --sums, --signature and --keyring, the signature of the list is checked before anything else, then the disk against
its digest in the list; the image file keeps who signed. Without them it says that its input is unsigned.

Exit codes: 0 written, 1 the disk, its content or the image file was refused, 2 wrong usage.`;

export function command(io: Io): Command {
  return new Command("inspect")
    .description("Describes a raw disk in the image file that a release is published from.")
    .argument(
      "<disk...>",
      "raw disk image with a GPT, or an MBR if it starts by BIOS; several: one for each architecture",
    )
    .option("--product <name>", "product that this is a build of")
    .option("--version <version>", "version of the release")
    .addOption(architectureOption())
    .addOption(bootModeOption())
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
      repeated,
    )
    .option(
      "--suite <name>",
      "with --archive: a suite; may be repeated; default: the image's apt sources",
      repeated,
    )
    .option(
      "--archive-keyring <file>",
      "with --archive: OpenPGP keys of the archive; may be repeated; default: debian-archive-keyring's",
      repeated,
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
      "--files <file>",
      "write the list of every file, gzipped, for 'imprimatur verify system' on a running machine",
    )
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
const OF_ONE = ["architecture", "provenance", "sbom", "files", "junit"] as const;

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
  const measures = (["policy", "sbom", "files", "measuredBoot", "archive"] as const).some(
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
