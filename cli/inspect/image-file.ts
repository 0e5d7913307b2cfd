import { existsSync } from "node:fs";
import path from "node:path";
import { diskIdentity, identityTag } from "../../facts/disk-identity";
import { formatBytes } from "../../facts/words";
import type { Evidence } from "../../config/evidence";
import { type Image, readImageFile, writeImageFile } from "../../config/image-file";
import type { Architecture } from "../../config/release";
import { encodeBlockMap } from "../../disk/block-map";
import { placedPartitions } from "../../disk/partition-types";
import { printable } from "../../inspection/printable";
import { readText } from "../../trust/read-text";
import { evidenceOf, withEvidence } from "../evidence";
import type { Io } from "../io";
import { Refusal } from "../problem";
import { writeFileAtomically } from "../write-file";
import type { Described } from "./describe";
import type { Named } from "./options";

/**
 * Images already in the file.
 *
 * @throws {Refusal} when it is invalid, or of another release
 */
export function existingImages(
  output: string,
  { product, version }: Named,
): Partial<Record<Architecture, Image>> {
  if (!existsSync(output)) return {};
  const { imageFile, message } = readImageFile(readText(output), output);
  if (message !== undefined)
    throw new Refusal(`${message}\n${output}: to write it from nothing, remove it first.`);
  if (imageFile.product === product && imageFile.version === version) return imageFile.images;
  throw new Refusal(
    `${output}: this is the image file of ${imageFile.product} ${imageFile.version}, not of ${product} ${version}. ` +
      "Name another file with --output.",
  );
}

interface Target {
  file: string;
  output: string;
  before: Partial<Record<Architecture, Image>>;
  found: Evidence;
}

/** Adds a described disk to its release's image file, and tells what it is. */
export async function writeImage(
  { file, output, before, found }: Target,
  options: Named,
  { image: measured, architecture, blockMap }: Described,
  io: Io,
): Promise<void> {
  const replaced = before[architecture];
  // Earlier evidence about the same bytes is still valid.
  const known = replaced?.blockMap.root === measured.blockMap.root ? replaced : undefined;
  // Digests of the whole file that were taken once stay: releases made of this disk are named by them.
  const { file: name, size, dataBytes, sha256 = known?.sha256, sha512 = known?.sha512, ...rest } = measured;
  const digests = { ...(sha256 !== undefined && { sha256 }), ...(sha512 !== undefined && { sha512 }) };
  const digested = { file: name, size, dataBytes, ...digests, ...rest };
  const image = withEvidence(digested, { input: "unsigned", ...evidenceOf(known), ...found });
  const text = writeImageFile({
    product: options.product,
    version: options.version,
    images: { ...before, [architecture]: image },
  });
  if (options.blockMap) await writeFileAtomically(`${file}.blockmap`, encodeBlockMap(blockMap));
  await writeFileAtomically(output, text);

  if (replaced && !known) {
    const before = identityTag(diskIdentity(replaced));
    io.err(`${output}: the ${architecture} image was another disk before (${before}).\n`);
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

function summary(output: string, architecture: Architecture, image: Image): string {
  const { blockMap, partitionTable } = image;
  const rows = [
    ["disk", `${image.file}, ${formatBytes(image.size)}, ${formatBytes(image.dataBytes)} of it data`],
    ["starts", `${architecture}, ${image.bootMode}`],
    [
      "partitions",
      placedPartitions(partitionTable)
        .map(({ number, name = "" }) => `${number} ${printable(name) || "-"}`)
        .join(", "),
    ],
    [
      "sha256",
      image.sha256 ?? "not taken: more than 8 GiB, and the block map names the disk (--digests takes it)",
    ],
    ["block map", `${blockMap.dataBlocks} of ${blockMap.blocks} blocks hold data, root ${blockMap.root}`],
  ];
  const table = rows.map(([name, value]) => `  ${(name ?? "").padEnd(12)}${value}\n`).join("");
  return `${output}\n${table}`;
}
