import { existsSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { digestsOf } from "../config/disk-digests";
import { formatSeconds } from "../facts/words";
import type { BootEvidence } from "../config/evidence";
import { type Image, type ImageFile, readImageFile, writeImageFile } from "../config/image-file";
import { ARCHITECTURES } from "../config/release";
import { blockMapRoot } from "../disk/block-map";
import { placedPartitions } from "../disk/partition-types";
import { mapDisk } from "../disk/map-disk";
import { bootCheck, type BootOptions, type BootSubject } from "../inspection/boot/check";
import { type Accelerator, ACCELERATORS } from "../inspection/boot/machine";
import { type BootResult, renderBoot } from "../inspection/boot/result";
import { readText } from "../trust/read-text";
import { architectureOption, bootModeOption, type DiskOptions } from "./disk-options";
import { evidenceOf, withEvidence } from "./evidence";
import { onInterrupt } from "./interrupt";
import { EXIT, type Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { startWaiting } from "./waiting";
import { repeated } from "./repeated";
import { chooseStart, openDisk, watchReading } from "./raw-disk";
import { VERSION } from "../facts/version";
import { writeFileAtomically } from "./write-file";

const HELP = `
The disk is started on UEFI firmware (or SeaBIOS) and is not written to. It passes when a login prompt appears on the serial
console, cloud-init, where the image has it, says that it is done, and no unit failed but those allowed. KVM is used where
it works, else the machine is emulated, which takes a minute or more. The machine's network leads nowhere.

With --image-file the disk beside it is first compared with its digest, and the result is written into the file, where
imprimatur:checks of the stack file can require it:

  imprimatur boot --image-file images/debian-13/20261120.0.json

Needs QEMU, UEFI firmware, mtools and dosfstools; what is missing is named.

Exit codes: 0 it boots, 1 it could not be tried, 2 wrong usage, 3 it does not boot, or something in it failed.`;

interface Options extends DiskOptions {
  imageFile?: string;
  timeout: number;
  memory: number;
  accelerator: Accelerator | "auto";
  allowFailed: string[];
  console?: string;
  json?: boolean;
}

/** `imprimatur boot`: boots a raw disk in a virtual machine. */
export function command(io: Io): Command {
  return new Command("boot")
    .description("Starts a raw disk in QEMU and sees whether it reaches its login and cloud-init its end.")
    .argument("[disk]", "raw disk image with a GUID partition table; default: the one beside --image-file")
    .option("--image-file <file>", "start the disks that it describes, and write the results into it")
    .addOption(
      architectureOption("of the disk; default: by the types of its partitions; all of an image file"),
    )
    .addOption(bootModeOption())
    .option("--timeout <seconds>", "time until login and cloud-init's result", wholeNumber, 900)
    .option("--memory <MiB>", "memory of the machine", megabytes, 1024)
    .addOption(
      new Option("--accelerator <name>", "auto: KVM where it works")
        .choices(["auto", ...ACCELERATORS])
        .default("auto"),
    )
    .option(
      "--allow-failed <unit>",
      "a systemd unit that may fail, as foo.service; may be repeated",
      repeated,
      [],
    )
    .option("--console <file>", "write all that the serial console showed; with several disks the last one's")
    .option("--json", "print the result as JSON; with --image-file a list")
    .addHelpText("after", HELP)
    .action((disk: string | undefined, options: Options) => run(disk, options, io));
}

async function run(disk: string | undefined, options: Options, io: Io): Promise<void> {
  if (options.imageFile !== undefined) return runImageFile(options.imageFile, disk, options, io);
  if (disk === undefined)
    throw new UsageProblem("which disk? Name a raw disk image, or an image file with --image-file.");
  const { result } = await boot(await describe(disk, options, io), options, io);
  io.out(options.json ? `${JSON.stringify(result, null, 2)}\n` : renderBoot(result));
  io.exitWith(result.outcome === "passed" ? EXIT.ok : EXIT.failed);
}

async function runImageFile(file: string, disk: string | undefined, options: Options, io: Io): Promise<void> {
  const content = readExisting(file);
  const architectures = ARCHITECTURES.filter(
    (each) => content.images[each] && (options.architecture ?? each) === each,
  );
  if (architectures.length === 0) {
    throw new UsageProblem(
      `${file}: it has no ${options.architecture ?? ""} image. Leave --architecture out, or inspect that disk first.`,
    );
  }
  if (disk !== undefined && architectures.length > 1) {
    throw new UsageProblem(
      `${file}: it has images of ${architectures.join(" and ")}: which is ${disk}? Add --architecture.`,
    );
  }
  const results: BootResult[] = [];
  const images = { ...content.images };
  for (const architecture of architectures) {
    const image = content.images[architecture] as Image;
    const path_ = disk ?? path.join(path.dirname(file), image.file);
    await compare(path_, image, io);
    const subject = {
      ...image,
      disk: path_,
      architecture,
      partitions: placedPartitions(image.partitionTable),
    };
    const { result } = await boot(subject, options, io);
    images[architecture] = withEvidence(image, { ...evidenceOf(image), boot: bootEvidence(result) });
    results.push({ ...result, ...digestsOf(image) });
  }
  await writeFileAtomically(file, writeImageFile({ ...content, images }));
  io.out(options.json ? `${JSON.stringify(results, null, 2)}\n` : results.map(renderBoot).join(""));
  io.exitWith(results.every(({ outcome }) => outcome === "passed") ? EXIT.ok : EXIT.failed);
}

/** The machine to boot, derived from the disk's partitions. */
async function describe(file: string, options: Options, io: Io): Promise<BootSubject> {
  const { disk, table } = await openDisk(file, io);
  try {
    return {
      disk: file,
      size: disk.size,
      ...chooseStart(file, table, options),
      partitions: placedPartitions(table),
    };
  } finally {
    await disk.close();
  }
}

/** @throws {Refusal} when the disk differs from the image file's */
async function compare(file: string, { blockMap }: Image, io: Io): Promise<void> {
  const { disk } = await openDisk(file, io);
  try {
    const progress = watchReading(disk, io);
    // By the block map rather than the file's digest: it neither reads nor hashes holes, of which a large disk has
    // many.
    const { map } = await mapDisk(disk, { onProgress: progress.moved }).finally(progress.end);
    const root = blockMapRoot(map);
    if (root === blockMap.root) return;
    throw new Refusal(
      `${file}: this is not the disk of the image file: needs block map root ${blockMap.root}, but has ${root}. Run 'imprimatur inspect' on it first.`,
    );
  } finally {
    await disk.close();
  }
}

function readExisting(file: string): ImageFile {
  if (!existsSync(file))
    throw new Refusal(`${file}: there is no such file. Write it with 'imprimatur inspect'.`);
  const { imageFile, message } = readImageFile(readText(file), file);
  if (imageFile === undefined) throw new Refusal(message);
  return imageFile;
}

async function boot(subject: BootSubject, options: Options, io: Io): Promise<{ result: BootResult }> {
  const { accelerator, timeout, memory, allowFailed } = options;
  const CLEAR = "\r\x1b[K";
  const shown = (text: string) => text.replace(/\p{Cc}/gu, "").slice(0, 90);
  // A terminal shows each line of the console.
  const what = `starting ${subject.disk}, which is given ${formatSeconds(timeout)}`;
  const waiting = io.interactive ? undefined : startWaiting(io, what);
  const settings: Omit<BootOptions, "signal"> = {
    ...{ accelerator, timeout, memory, allowFailed },
    onNote: (note) => io.err(`${io.interactive ? CLEAR : ""}${note}\n`),
    onProgress: ({ seconds, line }) =>
      waiting
        ? waiting.status(what, shown(line))
        : io.err(`${CLEAR}  ${formatSeconds(seconds)}  ${shown(line)}`),
  };
  try {
    const { result, console } = await onInterrupt((signal) => bootCheck(subject, { ...settings, signal }));
    if (options.console !== undefined) await writeFileAtomically(options.console, console);
    return { result };
  } finally {
    waiting?.end();
    if (io.interactive) io.err(CLEAR);
  }
}

/** Evidence for the image file: no times, so that the same boot writes the same file. */
function bootEvidence({
  outcome,
  problems,
  machine,
  kernel,
  cloudInit,
  failedUnits,
}: BootResult): BootEvidence {
  const { version, datasource } = cloudInit;
  return {
    outcome,
    problems: problems.map((problem) => problem.replace(/\p{Cc}/gu, " ").slice(0, 500)),
    machine,
    kernel,
    cloudInit: {
      outcome: cloudInit.outcome,
      version,
      datasource,
    },
    failedUnits: failedUnits.map((unit) => unit.replace(/\p{Cc}/gu, " ").slice(0, 500)),
    imprimatur: VERSION,
  };
}

/** Minimum for UEFI firmware and a small kernel: with less, the console stays empty, and the image looks broken. */
const LEAST_MEMORY = 128;

function megabytes(text: string): number {
  const value = wholeNumber(text);
  if (value >= LEAST_MEMORY) return value;
  throw new InvalidArgumentError(`needs at least ${LEAST_MEMORY}.`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  throw new InvalidArgumentError("needs a whole number from 1 on.");
}
