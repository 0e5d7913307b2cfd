/** A try's folder as a project of its own: the ready program of this installation, the stack file, and a disk. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { readImageFile, writeImageFile } from "../../config/image-file";
import { inspect } from "../inspect";
import { EXIT, type Io } from "../io";
import { Refusal } from "../problem";
import { demoDisk, IMAGE_FILE } from "./demo-disk";
import type { TryFolder } from "./place";
import { imageFileOf, stackText, VERSION } from "./stack-file";

/** The installation of the command: a checkout, or a package in a project's node modules, whose code is in `dist`. */
const CODE = path.join(__dirname, "..", "..");
const IS_CHECKOUT = existsSync(path.join(CODE, "cli", "main.ts"));
const INSTALLATION = IS_CHECKOUT ? CODE : path.dirname(CODE);

/** The command itself, for processes of its own. */
export const COMMAND = path.join(INSTALLATION, "cli", "imprimatur.js");

/** Prerequisites of the first call. */
export async function prepareFiles(place: TryFolder, io: Io): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(place.path("key.pem"), privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  writeFileSync(
    place.path("publisher.pem"),
    createPublicKey(privateKey).export({ format: "pem", type: "spki" }),
  );
  prepareProject(place);
  mkdirSync(path.dirname(place.stackFile), { recursive: true });
  writeFileSync(place.stackFile, stackText(place.notes));
  await prepareDisk(place, io);
}

/** The raw disk, linked, and its image file beside it. */
async function prepareDisk(place: TryFolder, io: Io): Promise<void> {
  const { name: product, disk } = place.notes;
  const imageFile = place.path(imageFileOf(product));
  const folder = path.dirname(imageFile);
  mkdirSync(folder, { recursive: true });
  if (disk === undefined) {
    const { imageFile: demo, message } = readImageFile(readFileSync(IMAGE_FILE, "utf8"), IMAGE_FILE);
    if (demo === undefined) throw new Refusal(message);
    const raw = path.join(folder, demo.images.x86_64?.file ?? "");
    const found = await demoDisk(raw);
    if (found !== raw) symlinkSync(found, raw);
    return writeFileSync(imageFile, writeImageFile({ ...demo, product }));
  }
  const { file, architecture, bootMode } = disk;
  const raw = path.join(folder, path.basename(file));
  symlinkSync(file, raw);
  const named = { product, version: VERSION, output: imageFile, architecture, bootMode };
  if ((await inspect(raw, named, { ...io, out: () => undefined })) !== EXIT.ok)
    throw new Refusal(`${file}: was refused`);
}

/**
 * Files that the engine needs in the folder. Repeatable: an earlier try is taken down by the installation of today, wherever
 * that is.
 */
export function prepareProject(place: TryFolder): void {
  const files = {
    "Pulumi.yaml": stringify({
      // The engine keeps the state below this name.
      name: "imprimatur",
      runtime: { name: "nodejs", options: { typescript: false } },
      main: "index.js",
      stackConfigDir: "stacks",
      plugins: { providers: [{ name: "imprimatur", path: path.join(INSTALLATION, "provider") }] },
    }),
    "package.json": `${JSON.stringify({ name: "imprimatur-try", private: true })}\n`,
    "index.js": [
      ...(IS_CHECKOUT ? [`require(${JSON.stringify(require.resolve("tsx/cjs"))});`] : []),
      `module.exports = require(${JSON.stringify(path.join(CODE, "stacks", "index"))});`,
      "",
    ].join("\n"),
  };
  for (const [name, text] of Object.entries(files))
    if (!existsSync(place.path(name)) || readFileSync(place.path(name), "utf8") !== text)
      writeFileSync(place.path(name), text);
  link(nodeModules(), place.path("node_modules"));
}

/** Where the engine finds its Node host's library: the folder of node modules that this installation uses itself. */
function nodeModules(): string {
  const [scope] = require.resolve("@pulumi/pulumi/package.json").split("@pulumi");
  return path.resolve(scope ?? "");
}

function link(target: string, at: string): void {
  try {
    if (readlinkSync(at) === target) return;
    rmSync(at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  symlinkSync(target, at);
}
