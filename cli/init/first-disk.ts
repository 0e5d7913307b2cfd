import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { type Image, readImageFile } from "../../config/image-file";
import type { Architecture } from "../../config/release";
import { DiskProblem } from "../../disk/problem";
import { readText } from "../../facts/read-file";
import { inspect } from "../inspect";
import { EXIT, type Io } from "../io";
import { Refusal, UsageProblem } from "../problem";
import { chooseStart, openDisk, type Start } from "../raw-disk";
import type { Answers, Asker } from "./answers";
import { imageFileOf } from "./stack-text";

/**
 * Firmware that starts the disk, by its partitions or as requested: the stack file has to fit it.
 *
 * @returns `undefined` without a disk, or with problems that the asker knows
 * @throws {Refusal} and {@link DiskProblem} when it is no disk, or one that starts nowhere
 */
export async function startOf(
  file: string | undefined,
  { architecture, bootMode }: Partial<Start>,
  asker: Asker,
  io: Io,
): Promise<Start | undefined> {
  const wanted = { ...(architecture && { architecture }), ...(bootMode && { bootMode }) };
  if (file === undefined) {
    if (Object.keys(wanted).length > 0) asker.refuse("--architecture and --boot-mode: only with --disk");
    return undefined;
  }
  if (!existsSync(file)) return undefined; // which the asker has refused
  const { disk, table } = await openDisk(file, io);
  await disk.close();
  try {
    return chooseStart(file, table, wanted);
  } catch (error) {
    if (!(error instanceof UsageProblem) || io.ask !== undefined) throw error;
    asker.refuse(error.message);
    return undefined;
  }
}

/**
 * Puts the disk beside its image file, where `up` looks for it, and describes it there.
 *
 * @returns the images of the image file
 * @throws {Refusal} when the disk is refused
 */
export async function describe(
  disk: string,
  answers: Answers,
  start: Start | undefined,
  io: Io,
): Promise<Partial<Record<Architecture, Image>>> {
  const imageFile = imageFileOf(answers);
  const linked = path.join(path.dirname(imageFile), path.basename(disk));
  mkdirSync(path.dirname(imageFile), { recursive: true });
  if (!existsSync(linked)) symlinkSync(path.resolve(disk), linked);
  const { product, version } = answers;
  try {
    const code = await inspect(
      linked,
      { product, version, output: imageFile, ...start },
      { ...io, out: io.err },
    );
    if (code !== EXIT.ok) throw new Refusal(`${linked}: was refused`);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof DiskProblem)) throw error;
    throw new Refusal(`${error.message}\n${disk} was not described; nothing else was written`);
  }
  const { imageFile: written, message } = readImageFile(readText(imageFile), imageFile);
  if (written === undefined) throw new Refusal(message);
  return written.images;
}
