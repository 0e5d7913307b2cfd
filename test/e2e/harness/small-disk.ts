import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { MIB } from "../../../facts/units";
import { run } from "../../../cli/main";
import type { Architecture } from "../../../config/release";
import { makeGpt } from "../../unit/disk/make-gpt";
import type { Checkout } from "./checkout";

const SECTORS = (32 * MIB) / 512;
/** Partition types of the EFI system partition, and of roots by the Discoverable Partitions Specification. */
const ESP = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
const ROOTS: Record<Architecture, string> = {
  x86_64: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
  arm64: "b921b045-1df0-41c3-af44-4c6f280d3fae",
};

/**
 * Writes raw disks of 32 MiB with some random bytes in them, and their image file by `imprimatur inspect`.
 *
 * @returns the image file's path in the checkout
 */
export async function smallRelease(
  checkout: Checkout,
  product: string,
  version: string,
  architectures: readonly Architecture[] = ["x86_64"],
): Promise<string> {
  const imageFile = `images/${product}/${version}.json`;
  fs.mkdirSync(path.dirname(checkout.path(imageFile)), { recursive: true });
  for (const architecture of architectures) {
    const raw = checkout.path(`images/${product}/${version}-${architecture}.raw`);
    const disk = makeGpt(SECTORS, [
      { typeGuid: ESP, guid: "22222222-2222-4222-8222-222222222222", name: "esp", first: 2048, last: 4095 },
      {
        typeGuid: ROOTS[architecture],
        guid: "33333333-3333-4333-8333-333333333333",
        name: "root",
        first: 4096,
        last: 32767,
      },
    ]);
    randomBytes(4096).copy(disk, 4 * MIB);
    fs.writeFileSync(raw, disk);
    const said: string[] = [];
    const code = await run(
      ["inspect", raw, "--product", product, "--version", version, "--output", checkout.path(imageFile)],
      { out: () => undefined, err: (text) => void said.push(text), interactive: false },
    );
    if (code !== 0) throw new Error(`imprimatur inspect ${raw}: ${said.join("")}`);
  }
  return imageFile;
}
