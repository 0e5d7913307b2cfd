/** A try's files in the project's folder, read by the program: its own image file, with the demo disk beside it. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readImageFile, writeImageFile } from "../../config/image-file";
import { Refusal } from "../problem";
import type { TryFolder } from "./place";
import { DEMO, imageFileOf, stackText } from "./stack-file";

/** The checkout: the program and the paths in stack files are relative to it. */
export const PROJECT = path.join(__dirname, "..", "..");

/**
 * Path of the demo disk, which only a checkout has.
 *
 * @param project the program's folder
 * @throws {Refusal} when it is not unpacked, or when this is no checkout
 */
export function demoDisk(project = PROJECT): string {
  const disk = path.join(project, DEMO.rawDisk);
  if (existsSync(disk)) return disk;
  if (existsSync(path.join(project, "tools", "demo-disk.ts")))
    throw new Refusal(
      `${DEMO.rawDisk} is not there; \`npm run try\` unpacks it, or npx tsx tools/demo-disk.ts`,
    );
  throw new Refusal(
    "imprimatur try: publishes the demo disk, which the installed package does not have; run `npm run try` in a checkout of " +
      "imprimatur, or begin with a disk of your own and a staged release, which is private: imprimatur init --disk",
  );
}

/** Prerequisites of the first call. */
export function prepareFiles(place: TryFolder): void {
  const disk = demoDisk();
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(place.path("key.pem"), privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  writeFileSync(
    place.path("publisher.pem"),
    createPublicKey(privateKey).export({ format: "pem", type: "spki" }),
  );
  const { name } = place.notes;
  const imageFile = path.join(PROJECT, imageFileOf(name));
  mkdirSync(path.dirname(imageFile), { recursive: true });
  const { imageFile: demo, message } = readImageFile(
    readFileSync(path.join(PROJECT, DEMO.imageFile), "utf8"),
    DEMO.imageFile,
  );
  if (demo === undefined) throw new Refusal(message);
  writeFileSync(imageFile, writeImageFile({ ...demo, product: name }));
  symlinkSync(disk, path.join(path.dirname(imageFile), path.basename(disk)));
  writeFileSync(place.stackFile, stackText(place.notes));
}

/** All local files of a try except its transcript. */
export function removeFiles(place: TryFolder): void {
  for (const folder of ["images", "records"])
    rmSync(path.join(PROJECT, folder, place.notes.name), { recursive: true, force: true });
  // `pulumi stack init` writes a stack file, whatever --config-file is given later (3.259).
  rmSync(path.join(PROJECT, "stacks", `Pulumi.${place.notes.name}.yaml`), { force: true });
  place.remove();
}
