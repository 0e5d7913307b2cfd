import { LABEL } from "../../facts/tags";
import { uploadArchive, type Archive } from "../../clouds/gcp/archive";
import { findImage } from "../../clouds/gcp/api/images";
import { ASKING } from "../../clouds/ask-rights";
import { findObject, setMetadata, showObject, sourceUrl } from "../../clouds/gcp/api/objects";
import { deleteOwnArchive, refuseOthersArchive } from "../../clouds/gcp/others";
import { failedWith } from "../../clouds/failure";
import { ownerLabels } from "../../config/gcp/names";
import { type Call, diffInputs, PartialFailure, type Properties, type State } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageArchiveArgs } from "../../resources/gcp/image-archive";
import type { Resolved } from "../../resources/resource";
import { byName, flag, number, text } from "../fields";
import { ownerOf } from "../preflight-report";
import { openArchive } from "./archive-stream";
import { sessionFor } from "./session";

type Args = Resolved<ImageArchiveArgs>;

const INPUTS = Shape.of<Args>({
  ...{ project: text, bucket: text, object: text, imageFile: text, architecture: text, size: number },
  ...{ sha256: text, blockMapRoot: text, dataBlocks: number, metadata: byName },
  ...{ keep: flag, neededFor: text, image: text.optional() },
});

/**
 * | change | effect |
 * |---|---|
 * | `project`, `bucket`, `object`, `size`, `sha256`, `blockMapRoot` | other bytes or another place: replaced |
 * | `metadata` | in place |
 * | `neededFor`, `keep` | the archive is uploaded again if it was taken away |
 * | `image` | kept in the state |
 * | `imageFile`, `architecture`, `dataBlocks` | where the disk lies on this machine: nothing |
 *
 * An archive that was taken away is needed again when its image was deleted behind the engine's back: `read` says so by
 * forgetting what it was needed for.
 *
 * An interrupted upload stays with Google for a week; the session is in this machine's cache, not in the state.
 */
export const imageArchive = typedResource({
  computed: ["source", "crc32c", "archiveSize", "archiveSha256", "generation"],
  inputs: INPUTS,
  kept: INPUTS.pick("project", "bucket", "object", "metadata", "keep", "image"),
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, {
      replaceOn: ["project", "bucket", "object", "size", "sha256", "blockMapRoot"],
      ignore: ["imageFile", "architecture", "dataBlocks"],
    }),
  async create(inputs, call) {
    await tellOfForgotten(inputs, call);
    return { id: showObject(inputs), outputs: await upload(inputs, call) };
  },
  async read(id, old, call) {
    const args = old.outputs;
    const found = await findObject(sessionFor(call), args);
    if (!found && args.keep) return undefined;
    if (!found) return (await imageIsGone(args, call)) ? neededAgain(id, old) : { id, ...old };
    const metadata = ours(found.metadata ?? {}, args.metadata);
    return { id, inputs: { ...old.inputs, metadata }, outputs: { ...old.outputs, metadata } };
  },
  async update(_id, old, inputs, call) {
    const session = sessionFor(call);
    const there = old.outputs.unfinished === true ? undefined : await findObject(session, inputs);
    const needed =
      inputs.keep || old.inputs.neededFor !== inputs.neededFor || old.outputs.unfinished === true;
    if (!there) return needed ? upload(inputs, call) : { ...old.outputs, ...inputs };
    refuseOthersArchive(inputs, there, ownerOf(call.urn));
    const dropped = Object.keys(old.outputs.metadata).filter((key) => !(key in inputs.metadata));
    const gone = Object.fromEntries(dropped.map((key) => [key, null]));
    await setMetadata(session, inputs, { ...gone, ...inputs.metadata });
    return { ...old.outputs, ...inputs };
  },
  async delete(_id, old, call) {
    await deleteOwnArchive(sessionFor(call), old.outputs, ownerOf(call.urn));
  },
});

/** Unknown without `image`, as in states of versions before 0.2. */
async function imageIsGone(
  { project, image }: Pick<Args, "project" | "image">,
  call: Call,
): Promise<boolean> {
  return image !== undefined && (await findImage(sessionFor(call), { project, image })) === undefined;
}

/**
 * An image whose operation could not be watched to its end is dropped from the state, and a `destroy` then leaves it
 * (see audit/recover/unmarked.ts). The native resource then fails with 409 alreadyExists.
 */
async function tellOfForgotten({ project, image, metadata }: Args, call: Call): Promise<void> {
  if (image === undefined) return;
  const session = { ...sessionFor(call), policy: ASKING };
  const found = await findImage(session, { project, image }).catch((error: unknown) => {
    if (failedWith(error, "cancelled")) throw error;
    return undefined;
  });
  const labels = ownerLabels({
    product: metadata[LABEL.product] ?? "",
    stack: metadata[LABEL.stack] ?? "",
  });
  const isOurs = Object.entries(labels).every(([key, value]) => found?.labels?.[key] === value);
  if (!isOurs) return;
  call.log(
    "warning",
    `image ${project}/${image} is there already, by this stack's labels; if the stack does not know it, Google answers 409 ` +
      "alreadyExists, and `imprimatur up` gets it out of the way",
  );
}

function neededAgain(id: string, { inputs, outputs }: State): { id: string } & State {
  const forgotten = { neededFor: "" };
  return { id, inputs: { ...inputs, ...forgotten }, outputs: { ...outputs, ...forgotten } };
}

async function upload(args: Args, call: Call): Promise<Properties> {
  let archive: Archive;
  try {
    const plan = { ...args, stack: ownerOf(call.urn), open: () => openArchive(args) };
    archive = await uploadArchive(sessionFor(call), plan);
  } catch (error) {
    if (!failedWith(error, "cancelled", "throttled", "server", "network", "timeout")) throw error;
    const reason = `${error.message}; what has arrived is kept: \`pulumi up\` sends the rest`;
    throw new PartialFailure(showObject(args), { ...args, unfinished: true }, [reason]);
  }
  const { crc32c, size: archiveSize, sha256: archiveSha256, generation } = archive;
  return { ...args, source: sourceUrl(args), crc32c, archiveSize, archiveSha256, generation };
}

/** Only our keys; others are not managed. */
function ours(have: Record<string, string>, wanted: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(have).filter(([key]) => key in wanted));
}
