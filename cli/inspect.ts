import { existsSync, readFileSync } from "node:fs";
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
import { EXIT, type Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { writeFileAtomically } from "./write-file";

interface Options {
  product: string;
  version: string;
  architecture?: Architecture;
  bootMode?: BootMode;
  output?: string;
  blockMap?: boolean;
  json?: boolean;
}

const HELP = `
The disk is read once, holes excepted. A second architecture of the same release goes into the same image file:

  imprimatur inspect images/debian-13/debian-13-x86_64.raw --product debian-13 --version 20261120.0
  imprimatur inspect images/debian-13/debian-13-arm64.raw  --product debian-13 --version 20261120.0

Commit the image file and name it in the stack file (imprimatur:releases, imageFile). Keep the disk beside it until the
release is published; a preview does not need it.

Exit codes: 0 written, 1 the disk or the image file was refused, 2 wrong usage.`;

export function command(io: Io): Command {
  return new Command("inspect")
    .description("Describes a raw disk in the image file that a release is published from.")
    .argument("<disk>", "raw disk image with a GUID partition table")
    .requiredOption("--product <name>", "product that this is a build of")
    .requiredOption("--version <version>", "version of the release")
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
    .option("--json", "print what was found as JSON")
    .addHelpText("after", HELP)
    .action(async (disk: string, options: Options) => {
      await inspect(disk, options, io);
      io.exitWith(EXIT.ok);
    });
}

async function inspect(file: string, options: Options, io: Io): Promise<void> {
  refuseNames(options);
  const output = options.output ?? path.join(path.dirname(file), `${options.version}.json`);
  // Before the disk is read: a mistake must not cost the minutes that this takes.
  const before = existingImages(output, options);
  const { image, architecture, blockMap } = await describeDisk(file, options, io);
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
function existingImages(output: string, { product, version }: Options): Partial<Record<Architecture, Image>> {
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

/** The stack file would refuse these later. @throws {UsageProblem} */
function refuseNames(options: Options): void {
  const lines = (["product", "version"] as const).flatMap((name) => {
    const { error } = imageFileSchema.shape[name].safeParse(options[name]);
    return error ? [`--${name} needs ${error.issues[0]?.message}, but has "${options[name]}".`] : [];
  });
  if (lines.length > 0) throw new UsageProblem(lines.join("\n"));
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
