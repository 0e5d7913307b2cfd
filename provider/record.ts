import { dirname, join } from "node:path";
import { UNKNOWN } from "../facts/engine";
import { type Call, diffInputs, type Properties, type ResourceHandler, type State } from "../plugin/resource";
import { type ImageFile, writeImageFile } from "../config/image-file";
import type { RecordArgs } from "../resources/record";
import { verifyInput } from "../trust/input";
import { signStatement } from "../trust/sign";
import { STATEMENT_TYPE } from "../trust/in-toto";
import { type ObjectFacts, PREDICATE_TYPE, type Statement, subjectsOf, uriOf } from "../trust/statement";
import type { VerificationSummary } from "../trust/verification-summary";
import { summariesOf } from "./measurement";
import { knownMapFile } from "./disk-blocks";
import { writeRecordFile } from "./record-file";
import { signerFor } from "./signing-key";
import { VERSION } from "./version";

type Args = Omit<RecordArgs, "objects"> & { objects: ObjectFacts[] };

/** Not part of the statement: a change does not cause a new signature. */
const UNSIGNED = ["configDigest", "imageFileAt", "keyFile", "kms", "keyless"];

/** The state holds the original bundle; the file is for those without access to the state. */
export const record: ResourceHandler = {
  computed: ["bundle", "file"],
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, { replaceOn: ["product", "version"], ignore: UNSIGNED }),
  plan(old, inputs, call) {
    if (!old) return { ...inputs, bundle: UNKNOWN, file: fileOf(argsOf(inputs)) };
    const bundle = saysTheSame(old, inputs, call) ? old.outputs.bundle : UNKNOWN;
    return { ...inputs, bundle, file: fileOf(argsOf(inputs)) };
  },
  async create(inputs, call) {
    const args = argsOf(inputs);
    const bundle = await sign(args, call);
    return {
      id: `${args.product}/${args.version}`,
      outputs: { ...inputs, bundle, file: write(args, bundle) },
    };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, old, inputs, call) {
    const args = argsOf(inputs);
    const before = String(old.outputs.bundle);
    const bundle = saysTheSame(old, inputs, call) ? before : await sign(args, call, before);
    return { ...inputs, bundle, file: write(args, bundle) };
  },
  async delete() {
    // The signed statement stays true, and the image may still be in use: the file stays.
  },
};

/** True if only the location of the file changes. */
function saysTheSame(old: State, inputs: Properties, call: Call): boolean {
  const { changes } = record.diff(old, inputs, call);
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
  const { product, version, publisher, provenance, configDigest, imageFile } = args;
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
function labelled(imageFile: ImageFile): ImageFile {
  const images = Object.fromEntries(
    Object.entries(imageFile.images).map(([architecture, image]) => [
      architecture,
      { ...image, input: image.input ?? "unsigned" },
    ]),
  );
  return JSON.parse(writeImageFile({ ...imageFile, images })) as ImageFile;
}

function fileOf({ folder, product, version }: Args): string {
  return join(folder, product, `${version}.sigstore.json`);
}

/**
 * Writes the record, and beside it the block maps in this machine's cache.
 *
 * @returns the record's name
 */
function write(args: Args, bundle: string): string {
  const name = fileOf(args);
  writeRecordFile(name, bundle);
  for (const [architecture, image] of Object.entries(args.imageFile.images)) {
    const map = knownMapFile(image.blockMap.root);
    if (map) writeRecordFile(join(dirname(name), `${args.version}-${architecture}.blockmap`), map);
  }
  return name;
}

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}
