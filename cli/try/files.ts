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
 * Prerequisites of the first call.
 *
 * @throws {Refusal} when this is not a checkout with the demo disk
 */
export function prepareFiles(place: TryFolder): void {
  const disk = path.join(PROJECT, DEMO.rawDisk);
  if (!existsSync(disk))
    throw new Refusal(
      `${DEMO.rawDisk} is not there; \`npm run try\` unpacks it, or npx tsx tools/demo-disk.ts`,
    );
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
