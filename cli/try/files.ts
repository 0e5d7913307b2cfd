/** Files of a try in the project's folder, which the program reads: an image file of its own, and the demo disk beside it. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readImageFile, writeImageFile } from "../../config/image-file";
import { Refusal } from "../problem";
import type { TryFolder } from "./place";
import { DEMO, imageFileOf, stackText } from "./stack-file";

/** The checkout: the program and the paths in stack files are relative to it. */
export const PROJECT = path.join(__dirname, "..", "..");

/** What is needed before the first call. @throws {Refusal} this is no checkout with the demo disk in it */
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

/** Everything of a try on this machine but its transcript. */
export function removeFiles(place: TryFolder): void {
  for (const folder of ["images", "records"])
    rmSync(path.join(PROJECT, folder, place.notes.name), { recursive: true, force: true });
  // `pulumi stack init` writes one of its own, whatever --config-file says later (3.259).
  rmSync(path.join(PROJECT, "stacks", `Pulumi.${place.notes.name}.yaml`), { force: true });
  place.remove();
}
