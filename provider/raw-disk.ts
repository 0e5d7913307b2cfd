/** Finds the raw disk of an image file, and refuses a wrong one, before anything is created. */
import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { projectFolder } from "../facts/project";
import type { RawDiskArgs } from "../resources/raw-disk";
import { NotUtf8, readText, UnreadableFile } from "../facts/read-file";

/** Identifies a raw disk: what every upload has among its inputs. */
export type DiskInputs = Pick<RawDiskArgs, "imageFile" | "architecture" | "size">;

interface RawDisk {
  path: string;
  /** As the user knows it, relative to the project's folder if possible. */
  name: string;
  size: number;
}

/** @throws one line with the cure: image file or disk missing, another architecture, another size */
export function findRawDisk({ imageFile, architecture, size }: DiskInputs, from = process.cwd()): RawDisk {
  const imagePath = resolve(projectFolder(from), imageFile);
  const file = rawFileName(imagePath, imageFile, architecture);
  const path = join(dirname(imagePath), file);
  const name = join(dirname(imageFile), file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) {
    throw new Error(
      `the raw disk ${name} is not there, and it is needed for the upload; put it beside ${imageFile}, or build it again`,
    );
  }
  if (!found.isFile()) throw new Error(`${name} is not a regular file; the raw disk must be one`);
  if (found.size !== size) {
    const verdict = found.size < size ? "is truncated" : "is too long";
    throw new Error(
      `the raw disk ${name} ${verdict}: ${found.size} bytes, and ${imageFile} says ${size}; ` +
        `restore it, or run \`imprimatur inspect\` on it again if the change is meant`,
    );
  }
  return { path, name, size };
}

/** The disk was read to its end and differs from the inspected one. */
export function otherDisk(name: string, detail: string): Error {
  return new Error(
    `the raw disk ${name} has changed since it was inspected (${detail}); nothing of it was published: ` +
      "restore the inspected disk, or run `imprimatur inspect` on this one and publish it as a new version",
  );
}

/** Of an image file, no more than the name of a disk: the program has read the rest. */
const NAMES = z.object({ images: z.record(z.string(), z.unknown()) });
const NAME = z.object({ file: z.string() });

function rawFileName(path: string, shown: string, architecture: string): string {
  let text;
  try {
    text = readText(path);
  } catch (error) {
    if (!(error instanceof UnreadableFile) || error instanceof NotUtf8) throw error;
    const reason = error.code === "ENOENT" ? "is not there" : error.reason;
    throw new Error(`the image file ${shown} ${reason}; make it with \`imprimatur inspect\``, {
      cause: error,
    });
  }
  let file: unknown;
  try {
    const { images } = NAMES.safeParse(JSON.parse(text)).data ?? {};
    file = NAME.safeParse(images?.[architecture]).data?.file;
  } catch (error) {
    throw new Error(`the image file ${shown} is not JSON; make it again with \`imprimatur inspect\``, {
      cause: error,
    });
  }
  if (typeof file !== "string" || file !== basename(file) || file === "") {
    throw new Error(
      `the image file ${shown} names no ${architecture} disk; run \`imprimatur inspect\` on one`,
    );
  }
  return file;
}
