/**
 * The image file: a release's raw disks, described in one small JSON file that is committed. The program reads only
 * this; the raw disk is needed once, for the upload, and lies beside it under its `file` name.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../facts/canonical-json";
import { BLOCK_SIZE } from "../facts/units";
import { evidence } from "./evidence";
import { ARCHITECTURES, release as releaseSchema } from "./release";
import { product as productSchema } from "./product";
import { onOneLine, printableText } from "./problem";
import { translateIssue } from "./translate";

const SCHEMA_VERSION = 1;

const bytes = z.int().min(0);
const guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { error: "a GUID in lower case" });
const hexDigest = (algorithm: string, digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), { error: `${digits} hex digits in lower case` })
    .meta({
      description: `${algorithm} of the whole raw disk. Absent: not taken, as of a disk of more than 8 GiB unless it is asked for.`,
    });

const extent = {
  number: z.int().min(1).meta({ description: "As Linux counts, from 1." }),
  start: bytes.meta({ description: "Bytes from the start of the disk." }),
  length: bytes.meta({ description: "Bytes." }),
};

const partition = z
  .strictObject({
    ...extent,
    typeGuid: guid.meta({ description: "What the partition is for." }),
    guid: guid.meta({ description: "Its own GUID (PARTUUID)." }),
    name: z.string().max(36).meta({ description: "Its label (PARTLABEL)." }),
  })
  .meta({ description: "One partition." });

const mbrPartition = z
  .strictObject({
    ...extent,
    typeCode: z
      .string()
      .regex(/^[0-9a-f]{2}$/, { error: "2 hex digits in lower case" })
      .meta({ description: "What the partition is for: 83 is Linux." }),
    active: z.boolean().meta({ description: "The one that boot code in the first sector starts." }),
  })
  .meta({ description: "One partition of an MBR." });

export const BOOT_MODES = ["uefi", "legacy-bios", "uefi-preferred"] as const;
export type BootMode = (typeof BOOT_MODES)[number];

const image = z
  .strictObject({
    file: z
      .string()
      .regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]{1,255}$/u, { error: "a file name without folders" })
      .meta({
        description: "Name of the raw disk, which lies beside the image file.",
        examples: ["demo-x86_64.raw"],
      }),
    size: z
      .int()
      .min(512)
      .multipleOf(512, { error: "a multiple of 512" })
      .meta({ description: "Bytes of the raw disk." }),
    dataBytes: bytes.meta({ description: "Bytes that are not in runs of zeros, in steps of 4096." }),
    sha256: hexDigest("SHA-256", 64).optional(),
    sha512: hexDigest("SHA-512", 128).optional(),
    blockMap: z
      .strictObject({
        blockSize: z
          .literal(BLOCK_SIZE)
          .meta({ description: "Bytes of a block; a short last one counts with zeros after it." }),
        blocks: z.int().min(1).meta({ description: "Blocks of the disk." }),
        dataBlocks: z.int().min(0).meta({ description: "Blocks that are not all zero: what is sent." }),
        root: z
          .string()
          .regex(/^[0-9a-f]{64}$/, { error: "64 hex digits in lower case" })
          .meta({ description: "SHA-256 of the block map: what `sha256sum` says of the .blockmap file." }),
      })
      .meta({
        description: "Digests of the blocks, as one number: copies in the clouds are proved with it.",
      }),
    bootMode: z.enum(BOOT_MODES).meta({ description: "Firmware that the disk starts on." }),
    partitionTable: z
      .discriminatedUnion(
        "type",
        [
          z.strictObject({
            type: z.literal("gpt"),
            diskGuid: guid.meta({ description: "GUID of the disk." }),
            partitions: z.array(partition),
          }),
          z.strictObject({
            type: z.literal("mbr"),
            diskSignature: z
              .string()
              .regex(/^[0-9a-f]{8}$/, { error: "8 hex digits in lower case" })
              .meta({ description: "Signature of the disk." }),
            partitions: z.array(mbrPartition),
          }),
        ],
        { error: "a GPT or an MBR" },
      )
      .meta({ description: "The partition table." }),
    ...evidence,
  })
  .meta({ description: "One raw disk." });

export const imageFile = z
  .strictObject({
    schemaVersion: z.literal(SCHEMA_VERSION).meta({ description: "Version of this format." }),
    product: productSchema.shape.name.meta({ description: "The product that this is a release of." }),
    version: releaseSchema.shape.version.meta({ description: "The release's version." }),
    images: z
      .strictObject({ x86_64: image.optional(), arm64: image.optional() })
      .refine((images) => ARCHITECTURES.some((architecture) => images[architecture] !== undefined), {
        error: "at least one image",
      })
      .meta({ description: "The release's disks, by architecture." }),
    seal: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 hex digits" })
      .meta({ description: "Digest of all the rest: an edit by hand is noticed." }),
  })
  .meta({
    title: "Imprimatur image file",
    description: "What the raw disks of one release are. Written by `imprimatur inspect`.",
  });

export type ImageFile = z.output<typeof imageFile>;
export type Image = z.output<typeof image>;

/** The file's text, sealed and deterministic: inspecting the same disk again changes nothing. */
export function writeImageFile(content: Omit<ImageFile, "seal" | "schemaVersion">): string {
  const { product, version, images } = content;
  const ordered = Object.fromEntries(
    ARCHITECTURES.flatMap((architecture) => {
      const entry = images[architecture];
      return entry === undefined ? [] : [[architecture, entry] as const];
    }),
  );
  const unsealed = { schemaVersion: SCHEMA_VERSION, product, version, images: ordered } as const;
  return `${JSON.stringify({ ...unsealed, seal: sealOf(unsealed) }, null, 2)}\n`;
}

type ReadImageFile =
  | { readonly imageFile: ImageFile; readonly message?: undefined }
  | { readonly imageFile?: undefined; readonly message: string };

/**
 * Parses an image file. All problems are one message: a line each, with file, path, given and needed value, and the
 * cure.
 *
 * @param file path as the user knows it
 */
export function readImageFile(text: string, file: string): ReadImageFile {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    return { message: `${file}: this is not JSON (${onOneLine((error as Error).message)}). ${AGAIN}` };
  }
  const newer = newerVersion(values);
  if (newer !== undefined) {
    return {
      message: `${file}: schemaVersion: needs ${SCHEMA_VERSION}, but has ${newer}. It was written by a newer imprimatur: use that one.`,
    };
  }
  const parsed = imageFile.safeParse(values, { reportInput: true });
  const lines = parsed.success ? refused(parsed.data) : schemaProblems(parsed.error, values);
  if (!parsed.success || lines.length > 0) {
    return { message: lines.map((line) => `${file}: ${onOneLine(line)} ${AGAIN}`).join("\n") };
  }
  return { imageFile: parsed.data };
}

const AGAIN = "Do not edit this file; write it again with 'imprimatur inspect'.";

/** JSON Schema of an image file, for editors and other programs. */
export function imageFileSchema(): object {
  return z.toJSONSchema(imageFile);
}

function newerVersion(values: unknown): number | undefined {
  const version = (values as { schemaVersion?: unknown } | null)?.schemaVersion;
  return typeof version === "number" && version > SCHEMA_VERSION ? version : undefined;
}

function schemaProblems(error: z.ZodError, values: unknown): string[] {
  const problems = error.issues.flatMap((issue) => translateIssue(issue, imageFile, values));
  return problems.map(({ path, needs, given }) => {
    const sentence =
      given === undefined ? `is missing; needs ${needs}` : `needs ${needs}, but has ${short(given)}`;
    const where = path.map((step) => printableText(String(step))).join(".");
    return path.length > 0 ? `${where}: ${sentence}.` : `${sentence}.`;
  });
}

/**
 * Problems that the schema cannot express. The seal comes last: if it is wrong, the rest cannot be trusted but is
 * still worth reporting.
 */
function refused(content: ImageFile): string[] {
  const lines = ARCHITECTURES.flatMap((architecture) => {
    const entry = content.images[architecture];
    return entry ? contradictions(entry).map((line) => `images.${architecture}.${line}`) : [];
  });
  const { seal, ...rest } = content;
  const computed = sealOf(rest);
  if (seal !== computed)
    lines.push(`seal: needs ${computed}, but has ${seal}: the file was changed after it was written.`);
  return lines;
}

function contradictions({ size, dataBytes, sha512, blockMap, partitionTable, input }: Image): string[] {
  const blocks = Math.ceil(size / BLOCK_SIZE);
  const outside = partitionTable.partitions.filter(({ start, length }) => start + length > size);
  const promised = typeof input === "object" ? input.sha512 : sha512;
  const own = sha512 === undefined ? "the disk's own, which is missing" : `${short(sha512)}, the disk's own`;
  return [
    ...(promised !== sha512 ? [`input.sha512: needs ${own}, but has ${short(promised)}.`] : []),
    ...(dataBytes > size ? [`dataBytes: needs at most ${size}, the size, but has ${dataBytes}.`] : []),
    ...(blockMap.blocks !== blocks
      ? [`blockMap.blocks: needs ${blocks}, by the size, but has ${blockMap.blocks}.`]
      : []),
    ...(blockMap.dataBlocks > blockMap.blocks
      ? [`blockMap.dataBlocks: needs at most ${blockMap.blocks}, but has ${blockMap.dataBlocks}.`]
      : []),
    ...outside.map(
      ({ number, start, length }) =>
        `partitionTable: partition ${number} ends at ${start + length}, beyond the disk.`,
    ),
  ];
}

function sealOf(unsealed: object): string {
  return `sha256:${createHash("sha256").update(canonicalJson(unsealed)).digest("hex")}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
