import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { PROJECT } from "../place";
import { inspectedDisk } from "./inspected-disk";
import { engineLines, isUntouched, stackText, withRelease } from "./stack-text";

interface OwnDisk {
  /** Path of the raw disk, as typed. */
  image: string;
  product: string;
  /** Default: the product's name. */
  stack?: string;
  /** Default: the date of the file's last modification, e.g. `20261120.0`. */
  version?: string;
}

/** Location of a user's own disk in the project. */
export interface PreparedDisk {
  stack: string;
  product: string;
  /** Paths relative to the project's folder. */
  stackFile: string;
  imageFile: string;
  rawDisk: string;
  version: string;
}

/** The stack's objects in the clouds. */
export interface Published {
  /** Versions of its outputs. */
  versions: readonly string[];
  /** True if there is anything, finished or not, of this version. */
  holds: (version: string) => boolean;
}

/**
 * Links a user's disk to where the program expects it.
 *
 * @throws one line with the cure: no such file, an unusable name
 */
export function placeOwnDisk({ image, product, version, stack = product }: OwnDisk): PreparedDisk {
  const found = statSync(image, { throwIfNoEntry: false });
  if (!found) throw new Error(`${image}: there is no such file; --image takes the path of a raw disk`);
  if (!found.isFile()) throw new Error(`${image}: not a regular file; --image takes the path of a raw disk`);
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(product)) {
    throw new Error(`--product ${product}: give 1 to 40 characters of a-z, 0-9 and -, as in my-linux`);
  }
  const release = version ?? `${found.mtime.toISOString().slice(0, 10).replaceAll("-", "")}.0`;
  const folder = join("images", product);
  const rawDisk = join(folder, basename(image));
  mkdirSync(join(PROJECT, folder), { recursive: true });
  link(resolve(image), join(PROJECT, rawDisk));
  const stackFile = join("stacks", `Pulumi.${stack}.yaml`);
  return { stack, product, stackFile, imageFile: join(folder, `${release}.json`), rawDisk, version: release };
}

/**
 * True if `imprimatur inspect` has to describe the disk, for the first time or because it was rebuilt.
 *
 * @throws one line with the cure when clouds hold the release already, with what the disk was
 */
export async function needsInspection(
  { image, product }: OwnDisk,
  { imageFile, rawDisk, version }: PreparedDisk,
  published: () => Promise<Published>,
): Promise<boolean> {
  if (await inspectedDisk(join(PROJECT, imageFile), join(PROJECT, rawDisk))) return false;
  if (!existsSync(join(PROJECT, imageFile)) || !(await published()).holds(version)) return true;
  throw new Error(
    `${image} has changed since it was inspected as ${version}, which is published: publish it as another version, ` +
      `npm start -- --image ${image} --product ${product} --version ${nextVersion(version, product)}`,
  );
}

/**
 * Writes a stack file that publishes the inspected disk, or adds the release to the one that is there. One that is as it was
 * written, and of which nothing is published, is written again.
 *
 * @returns what was done, for people; `undefined`: nothing
 * @throws one line with the cure when a person wrote it in another form
 */
export async function prepareStackFile(
  prepared: PreparedDisk,
  published: () => Promise<Published>,
): Promise<string | undefined> {
  const { product, version, stackFile, imageFile, rawDisk } = prepared;
  const file = join(PROJECT, stackFile);
  const disk = await inspectedDisk(join(PROJECT, imageFile), join(PROJECT, rawDisk));
  if (!disk)
    throw new Error(`${rawDisk} changed while it was inspected: wait until it is built, and start again`);
  const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (text === undefined) {
    mkdirSync(join(PROJECT, "stacks"), { recursive: true });
    writeFileSync(file, stackText(prepared, disk));
    return `wrote ${stackFile}`;
  }
  const isOurs = isUntouched(text, prepared, join("images", product));
  if (isOurs && (await published()).versions.length === 0) {
    const fresh = stackText(prepared, disk) + engineLines(text);
    if (fresh === text) return undefined;
    writeFileSync(file, fresh);
    return `wrote ${stackFile} again: nothing that it said was published`;
  }
  if (text.includes(imageFile)) return undefined;
  const added = withRelease(text, prepared);
  if (added === undefined) {
    throw new Error(
      `${stackFile} is there and publishes another version: add { version: "${version}", state: published, imageFile: ${imageFile} } ` +
        `to its releases and make-public:${version} to its imprimatur:allow, or say --stack for a stack file besides it`,
    );
  }
  writeFileSync(file, added);
  return `added release ${version} to ${stackFile}`;
}

/** The last number is one more, until no image file has the version. */
function nextVersion(version: string, product: string): string {
  const next = version.replace(/\d+$/, (number) => String(Number(number) + 1));
  const candidate = next === version ? `${version}.1` : next;
  return existsSync(join(PROJECT, "images", product, `${candidate}.json`))
    ? nextVersion(candidate, product)
    : candidate;
}

function link(from: string, to: string): void {
  if (existsSync(to)) {
    if (realpathSync(to) === realpathSync(from)) return;
    if (!lstatSync(to).isSymbolicLink() || isDescribed(to))
      throw new Error(`${to} is another file of that name: rename the disk, or say another --product`);
  }
  rmSync(to, { force: true }); // a dangling link, or one to a disk that was never described
  symlinkSync(from, to);
}

/** True if an image file beside the disk names it. */
function isDescribed(rawDisk: string): boolean {
  const folder = join(rawDisk, "..");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .some((name) => readFileSync(join(folder, name), "utf8").includes(JSON.stringify(basename(rawDisk))));
}
