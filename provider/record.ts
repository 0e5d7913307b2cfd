import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { UNKNOWN } from "../facts/engine";
import { projectFolder } from "../facts/project";
import { readBytes, UnreadableFile } from "../facts/read-file";
import { type Call, type Diff, diffInputs, type Properties, type State } from "../plugin/resource";
import { Shape } from "../plugin/shape";
import { typedResource } from "../plugin/typed-resource";
import { type ImageFile, imageFile, writeImageFile } from "../config/image-file";
import type { FileListEvidence, SbomEvidence } from "../config/evidence";
import { unpackedList } from "../config/file-list";
import { product } from "../config/product";
import { signWith } from "../config/record";
import type { RecordArgs } from "../resources/record";
import type { Resolved } from "../resources/resource";
import { text } from "./fields";
import { verifyInput } from "../trust/input";
import { signStatement } from "../trust/sign";
import { STATEMENT_TYPE } from "../trust/in-toto";
import { type ObjectFacts, objectFacts } from "../trust/object-facts";
import { uriOf } from "../trust/object-names";
import { PREDICATE_TYPE, type Statement, subjectsOf } from "../trust/statement";
import type { VerificationSummary } from "../trust/verification-summary";
import { summariesOf } from "./measurement";
import { knownMapFile } from "./disk-blocks";
import { writeRecordFile } from "./record-file";
import { signerFor } from "./signing-key";
import { VERSION } from "../facts/version";

/** Not part of the statement: a change does not cause a new signature. */
const UNSIGNED = ["configDigest", "imageFileAt", "keyFile", "kms", "keyless"];

type Args = Omit<Resolved<RecordArgs>, "objects"> & { objects: ObjectFacts[] };

const INPUTS = Shape.of<Args>({
  ...{
    product: text,
    version: text,
    variant: text.optional(),
    publisher: text,
    provenance: product.shape.provenance,
  },
  ...{ imageFile, imageFileAt: text.optional(), configDigest: text, folder: text },
  objects: z.array(objectFacts),
  ...signWith.shape,
});
const FILE = INPUTS.pick("folder", "product", "version");
const BUNDLE = Shape.of<{ bundle: string }>({ bundle: text });

/** The state holds the original bundle; the file is for those without access to the state. */
export const record = typedResource({
  computed: ["bundle", "file"],
  inputs: INPUTS,
  kept: BUNDLE,
  diff,
  plan(old, inputs, call) {
    const file = fileOf(FILE.read(inputs, "inputs", call));
    const bundle = old && saysTheSame(old, inputs) ? old.outputs.bundle : UNKNOWN;
    return { ...inputs, bundle, file };
  },
  async create(args, call) {
    const bundle = await sign(args, call);
    return {
      id: `${args.product}/${args.version}`,
      outputs: { ...args, bundle, file: write(args, bundle) },
    };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, old, args, call) {
    const before = old.outputs.bundle;
    const bundle = saysTheSame(old, args) ? before : await sign(args, call, before);
    return { ...args, bundle, file: write(args, bundle) };
  },
  async delete() {
    // The signed statement stays true, and the image may still be in use: the file stays.
  },
});

function diff(old: State, inputs: Properties): Diff {
  return diffInputs(old.inputs, inputs, { replaceOn: ["product", "version"], ignore: UNSIGNED });
}

/** True if only the location of the file changes. */
function saysTheSame(old: State, inputs: Properties): boolean {
  const { changes } = diff(old, inputs);
  return Object.keys(changes).every((key) => key === "folder");
}

async function sign(args: Args, call: Call, before?: string): Promise<string> {
  const { signer, witnesses } = signerFor(args, call);
  const { imageFile, version } = args;
  for (const [architecture, image] of Object.entries(imageFile.images))
    await verifyInput(image, `the image file of ${version}, ${architecture}`);
  const measured = await summariesOf(args, call, before);
  return signStatement(statementOf(args, new Date(), measured), signer, witnesses);
}

/**
 * @param finishedOn time at which every gate had passed
 * @param measured this program's own measurements of the disks
 */
export function statementOf(
  args: Args,
  finishedOn: Date,
  measured: readonly VerificationSummary[] = [],
): Statement {
  const { product, version, variant, publisher, provenance, configDigest, imageFile } = args;
  const objects = args.objects.map((facts) => ({ uri: uriOf(facts), annotations: facts }));
  const built = Object.values(imageFile.images).flatMap(({ provenance: provenance }) =>
    provenance
      ? [
          {
            name: provenance.file,
            digest: { sha256: provenance.sha256 },
            annotations: { predicateType: provenance.predicateType },
          },
        ]
      : [],
  );
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(imageFile.images, objects),
    predicateType: PREDICATE_TYPE,
    predicate: {
      product,
      version,
      variant,
      publisher,
      provenance,
      finishedOn: finishedOn.toISOString(),
      program: { id: "https://imprimatur.dev/cli", version: VERSION },
      config: { digest: { sha256: configDigest } },
      imageFile: labelled(imageFile),
      objects,
      ...(built.length > 0 && { builderProvenance: built }),
      ...(measured.length > 0 && { verificationSummaries: [...measured] }),
    },
  };
}

/** The image file with `input` for each disk, which an older `inspect` omitted. */
function labelled(file: ImageFile): ImageFile {
  const images = Object.fromEntries(
    Object.entries(file.images).map(([architecture, image]) => [
      architecture,
      { ...image, input: image.input ?? "unsigned" },
    ]),
  );
  return imageFile.parse(JSON.parse(writeImageFile({ ...file, images })));
}

function fileOf({ folder, product, version }: Pick<Args, "folder" | "product" | "version">): string {
  return join(folder, product, `${version}.sigstore.json`);
}

/**
 * Writes the record, and beside it the block maps in this machine's cache and what it names by digest: bills of materials, for `stale`
 * and `catalogue`, and lists of files, for `verify system`. One that is not beside the image file, or is another, is left out: they say so.
 *
 * @returns the record's name
 */
function write(args: Args, bundle: string): string {
  const name = fileOf(args);
  writeRecordFile(name, bundle);
  for (const [architecture, image] of Object.entries(args.imageFile.images)) {
    const map = knownMapFile(image.blockMap.root);
    if (map) writeRecordFile(join(dirname(name), `${args.version}-${architecture}.blockmap`), map);
    const sbom = image.sbom && sbomBeside(args.imageFileAt, image.sbom);
    if (sbom) writeRecordFile(join(dirname(name), `${args.version}-${architecture}.cdx.json`), sbom);
    const files = image.files && listBeside(args.imageFileAt, image.files);
    if (files) writeRecordFile(join(dirname(name), `${args.version}-${architecture}.files.gz`), files);
  }
  return name;
}

function sbomBeside(imageFileAt: string | undefined, { file, sha256 }: SbomEvidence): Buffer | undefined {
  const bytes = bytesBeside(imageFileAt, file);
  return bytes !== undefined && digestOf(bytes) === sha256 ? bytes : undefined;
}

/** Named by what it unpacks to. */
function listBeside(imageFileAt: string | undefined, { file, sha256 }: FileListEvidence): Buffer | undefined {
  const bytes = bytesBeside(imageFileAt, file);
  const list = bytes && unpackedList(bytes);
  return list !== undefined && digestOf(list) === sha256 ? bytes : undefined;
}

function digestOf(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function bytesBeside(imageFileAt: string | undefined, file: string): Buffer | undefined {
  if (imageFileAt === undefined) return undefined;
  return readableBytes(resolve(projectFolder(), dirname(imageFileAt), basename(file)));
}

function readableBytes(file: string): Buffer | undefined {
  try {
    return readBytes(file);
  } catch (error) {
    if (error instanceof UnreadableFile) return undefined;
    throw error;
  }
}
