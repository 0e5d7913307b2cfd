import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { formatBytes, Progress } from "../clouds/progress";
import {
  BOOT_MODES,
  type BootMode,
  type Image,
  imageFile as imageFileSchema,
  readImageFile,
  writeImageFile,
} from "../config/image-file";
import { type Architecture, ARCHITECTURES } from "../config/release";
import { BLOCK_SIZE, type BlockMap, blockMapRoot, countBlocks, encodeBlockMap } from "../disk/block-map";
import { digestDisk } from "../disk/digest";
import { Disk } from "../disk/disk";
import { type PartitionTable, readPartitionTable } from "../disk/gpt";
import { architecturesOf, bootModeOf } from "../disk/partition-types";
import { renderJunit, renderText } from "../inspection/report";
import { EXIT, type ExitCode, type Io } from "./io";
import { measurePolicy } from "./policy";
import { Refusal, UsageProblem } from "./problem";
import { writeFileAtomically } from "./write-file";

interface Options {
  product?: string;
  version?: string;
  architecture?: Architecture;
  bootMode?: BootMode;
  output?: string;
  blockMap?: boolean;
  policy?: boolean;
  expect?: string;
  junit?: string;
  json?: boolean;
}

/** The release that an image file is written for. */
type Named = Options & { product: string; version: string };

const HELP = `
The disk is read once, holes excepted. A second architecture of the same release goes into the same image file:

  imprimatur inspect images/debian-13/debian-13-x86_64.raw --product debian-13 --version 20261120.0
  imprimatur inspect images/debian-13/debian-13-arm64.raw  --product debian-13 --version 20261120.0

Commit the image file and name it in the stack file (imprimatur:releases, imageFile). Keep the disk beside it until the
release is published; a preview does not need it.

With --policy the content is measured too: boot files, packages and their origin, secrets, datasources, leftovers. Without
--product and --version nothing else is done, so that any raw disk can be measured:

  imprimatur inspect --policy somebody-elses.raw

Exit codes: 0 written, 1 the disk, its content or the image file was refused, 2 wrong usage.`;

export function command(io: Io): Command {
  return new Command("inspect")
    .description("Describes a raw disk in the image file that a release is published from.")
    .argument("<disk>", "raw disk image with a GUID partition table")
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
    .option("--block-map", "write <disk>.blockmap too: the digest of every block, for whoever checks copies")
    .option("--policy", "measure the content too")
    .option(
      "--expect <file>",
      "with --policy: what the product declares, YAML or JSON; default: Debian's official images",
    )
    .option("--junit <file>", "with --policy: write the result as JUnit XML too")
    .option("--json", "print what was found as JSON")
    .addHelpText("after", HELP)
    .action(async (disk: string, options: Options) => {
      io.exitWith(await inspect(disk, options, io));
    });
}

async function inspect(file: string, options: Options, io: Io): Promise<ExitCode> {
  const only = options.policy !== undefined && options.product === undefined && options.version === undefined;
  if (only) return reportPolicy(file, options, await describeDisk(file, options, io), io);
  const named = requireNames(options);
  const output = options.output ?? path.join(path.dirname(file), `${named.version}.json`);
  // Before the disk is read: a mistake must not cost the minutes that this takes.
  const before = existingImages(output, named);
  const described = await describeDisk(file, options, io);
  // What the publisher's own policy refuses gets no image file: nothing can be published from it by mistake.
  const verdict = options.policy === undefined ? EXIT.ok : reportPolicy(file, options, described, io);
  if (verdict === EXIT.ok) await writeImage({ file, output, before }, named, described, io);
  return verdict;
}

interface Target {
  file: string;
  output: string;
  before: Partial<Record<Architecture, Image>>;
}

async function writeImage(
  { file, output, before }: Target,
  options: Named,
  { image, architecture, blockMap }: Described,
  io: Io,
): Promise<void> {
  const replaced = before[architecture];
  const text = writeImageFile({
    product: options.product,
    version: options.version,
    images: { ...before, [architecture]: image },
  });
  if (options.blockMap) await writeFileAtomically(`${file}.blockmap`, encodeBlockMap(blockMap));
  await writeFileAtomically(output, text);

  if (replaced && replaced.sha256 !== image.sha256) {
    io.err(`${output}: the ${architecture} image was another disk before (sha256 ${replaced.sha256}).\n`);
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

function reportPolicy(
  file: string,
  { expect, junit, json, product }: Options,
  { image, architecture }: Described,
  io: Io,
): ExitCode {
  const report = measurePolicy({ ...image, path: file, architecture }, expect);
  if (junit !== undefined) writeFileSync(junit, renderJunit(report));
  // With --json there is one result on stdout: the report where it is all that was asked for, or all there will be.
  const last = product === undefined || report.outcome === "failed";
  if (json && last) io.out(`${JSON.stringify(report, null, 2)}\n`);
  else (last ? io.out : io.err)(renderText(report));
  return report.outcome === "passed" ? EXIT.ok : EXIT.problem;
}

interface Described {
  image: Image;
  architecture: Architecture;
  blockMap: BlockMap;
}

/** What the image file says of the disk. @throws {DiskProblem} {@link UsageProblem} */
async function describeDisk(file: string, options: Options, io: Io): Promise<Described> {
  const disk = await Disk.open(file);
  try {
    const partitionTable = await readPartitionTable(disk);
    const architecture = chooseArchitecture(file, partitionTable, options.architecture);
    const bootMode = chooseBootMode(file, partitionTable, options.bootMode);
    const progress = watch(disk, io);
    const { size, dataBytes, sha256, sha512, blockMap } = await digestDisk(disk, {
      onProgress: progress.moved,
    }).finally(progress.end);
    await disk.assertUnchanged();
    const image: Image = {
      file: path.basename(file),
      size,
      dataBytes,
      sha256,
      sha512,
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

function chooseArchitecture(
  file: string,
  table: PartitionTable,
  asked: Architecture | undefined,
): Architecture {
  const found = architecturesOf(table.partitions);
  if (asked !== undefined && found.length > 0 && !found.includes(asked)) {
    throw new Refusal(
      `${file}: --architecture says ${asked}, and the disk's partitions are those of ${found.join(" and ")}. ` +
        "Leave the option out, or build the disk for the right architecture.",
    );
  }
  const [only, ...more] = found;
  if (asked ?? (only && more.length === 0)) return asked ?? (only as Architecture);
  const reason = only
    ? `the partitions are those of ${found.join(" and ")}`
    : "the types of the partitions do not name one (Discoverable Partitions Specification)";
  throw new UsageProblem(
    `${file}: which architecture? ${reason}. Add --architecture ${ARCHITECTURES.join(" or ")}.`,
  );
}

function chooseBootMode(file: string, table: PartitionTable, asked: BootMode | undefined): BootMode {
  const found = bootModeOf(table.partitions);
  if (asked?.startsWith("uefi") && !found?.startsWith("uefi")) {
    throw new Refusal(
      `${file}: --boot-mode says ${asked}, and the disk has no EFI system partition. ` +
        "Add one when the disk is built, or say --boot-mode legacy-bios.",
    );
  }
  const mode = asked ?? found;
  if (mode !== undefined) return mode;
  throw new UsageProblem(
    `${file}: how does it start? There is no EFI system partition and no BIOS boot partition. ` +
      "Add --boot-mode legacy-bios if its boot loader is in the MBR.",
  );
}

/** The images that the file has already. @throws {Refusal} it is broken, or of another release */
function existingImages(output: string, { product, version }: Named): Partial<Record<Architecture, Image>> {
  if (!existsSync(output)) return {};
  const { imageFile, message } = readImageFile(readFileSync(output, "utf8"), output);
  if (message !== undefined)
    throw new Refusal(`${message}\n${output}: to write it from nothing, remove it first.`);
  if (imageFile.product === product && imageFile.version === version) return imageFile.images;
  throw new Refusal(
    `${output}: this is the image file of ${imageFile.product} ${imageFile.version}, not of ${product} ${version}. ` +
      "Name another file with --output.",
  );
}

/** The stack file would refuse others later. @throws {UsageProblem} */
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

/** One line on stderr that is written over as the disk is read; nothing when nobody watches. */
function watch(disk: Disk, io: Io): { moved: (bytes: number) => void; end: () => void } {
  if (!io.watched) return { moved: () => {}, end: () => {} };
  const CLEAR = "\r\x1b[K";
  const show = (line: string) => io.err(`${CLEAR}${line}`);
  const progress = new Progress({ verb: `reading ${disk.name}:`, totalBytes: disk.size, show });
  let last = 0;
  return {
    moved: (bytes) => {
      progress.moved(bytes - last);
      last = bytes;
    },
    end: () => io.err(CLEAR),
  };
}

function summary(output: string, architecture: Architecture, image: Image): string {
  const { blockMap, partitionTable } = image;
  const rows = [
    ["disk", `${image.file}, ${formatBytes(image.size)}, ${formatBytes(image.dataBytes)} of it data`],
    ["starts", `${architecture}, ${image.bootMode}`],
    [
      "partitions",
      partitionTable.partitions.map(({ number, name }) => `${number} ${name || "-"}`).join(", "),
    ],
    ["sha256", image.sha256],
    ["block map", `${blockMap.dataBlocks} of ${blockMap.blocks} blocks hold data, root ${blockMap.root}`],
  ];
  const table = rows.map(([name, value]) => `  ${(name ?? "").padEnd(12)}${value}\n`).join("");
  return `${output}\n${table}`;
}
