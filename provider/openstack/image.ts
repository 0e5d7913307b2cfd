import { LABEL } from "../../facts/tags";
import {
  changeImage,
  type Changes,
  createImage,
  deleteImage,
  findImage,
  type GlanceImage,
} from "../../clouds/openstack/api/images";
import type { OpenstackSession } from "../../clouds/openstack/api/session";
import { findOwnImages } from "../../clouds/openstack/own-images";
import { uploadImage } from "../../clouds/openstack/upload";
import { CloudFailure } from "../../clouds/failure";
import { type Call, diffInputs, PartialFailure, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageArgs } from "../../resources/openstack/image";
import type { Resolved } from "../../resources/resource";
import { checkInspected, openBlocks } from "../disk-blocks";
import { byName, flag, number, text } from "../fields";
import { findRawDisk } from "../raw-disk";
import { sessionFor } from "./session";

type Args = Resolved<ImageArgs>;

const INPUTS = Shape.of<Args>({
  ...{ cloud: text.optional(), region: text, imageName: text, labels: byName, properties: byName },
  ...{ minDisk: number, minRam: number, protected: flag },
  ...{
    imageFile: text,
    architecture: text,
    size: number,
    sha256: text,
    blockMapRoot: text,
    dataBlocks: number,
  },
});

/** Remainder of an interrupted upload: an image that waits for its bytes, if it is still there. */
const KEPT = Shape.of<{ imageId: string; unfinished?: boolean }>({
  imageId: text,
  unfinished: flag.optional(),
});

/**
 * | change | effect |
 * |---|---|
 * | `region`, `size`, `sha256`, `blockMapRoot` | other bytes or another place: replaced |
 * | `imageName`, `labels`, `properties`, `minDisk`, `minRam`, `protected` | in place |
 * | `cloud`, `imageFile`, `architecture`, `dataBlocks` | where cloud and disk are named on this machine: nothing |
 */
export const image = typedResource({
  computed: ["imageId", "createdAt"],
  inputs: INPUTS,
  kept: INPUTS.pick("cloud", "region", "labels", "properties").and(KEPT),
  diff(old, inputs) {
    const { changes } = diffInputs(old.inputs, inputs, {
      replaceOn: ["region", "size", "sha256", "blockMapRoot"],
      ignore: ["cloud", "imageFile", "architecture", "dataBlocks"],
    });
    // The engine's own mark of an interrupted creation does not outlive a refresh.
    if (KEPT.is(old.outputs) && old.outputs.unfinished)
      changes.unfinished = { kind: "delete", replace: false };
    return { changes };
  },
  async create(inputs, call) {
    return { id: `${inputs.region}/${call.name}`, outputs: await publish(inputs, call) };
  },
  async read(id, old, call) {
    const { outputs } = old;
    const found = await findImage(sessionFor(outputs, call), outputs.imageId);
    if (!found) return undefined;
    if (found.status === "queued" || found.status === "saving" || found.status === "killed")
      return { id, inputs: old.inputs, outputs: { ...outputs, unfinished: true } };
    const seen = seenOf(found, outputs);
    return { id, inputs: { ...old.inputs, ...seen }, outputs: { ...outputs, ...seen } };
  },
  async update(_id, old, inputs, call) {
    const { imageId, unfinished, ...kept } = old.outputs;
    const session = sessionFor(inputs, call);
    const found = await findImage(session, imageId);
    // Without its bytes it is nothing to anybody, and is made again under another id if it takes none any more.
    if (unfinished || found?.status === "queued") return publish(inputs, call);
    if (!found) {
      throw new Error(
        `image ${inputs.imageName} (${imageId}) is not in ${inputs.region}: it was deleted, or these credentials are of another ` +
          "project; if it is gone, `pulumi up --refresh` makes it again from the raw disk",
      );
    }
    const gone = [...Object.keys(kept.properties), ...Object.keys(kept.labels)].filter(
      (name) => !(name in inputs.properties) && !(name in inputs.labels) && name in found,
    );
    await changeImage(session, imageId, {
      ...Object.fromEntries(gone.map((name) => [name, undefined])),
      ...wantedOf(inputs),
    });
    return { ...old.outputs, ...inputs };
  },
  async delete(_id, old, call) {
    const session = sessionFor(old.outputs, call);
    await removeImage(session, old.outputs.imageId);
  },
});

/** Glance refuses to delete a protected image, so the protection goes first. A missing one is fine. */
async function removeImage(session: OpenstackSession, id: string): Promise<void> {
  const found = await findImage(session, id);
  if (found?.protected) await changeImage(session, id, { protected: false });
  if (found) await deleteImage(session, id);
}

/** Goes on with what an interrupted run left, by its properties; else makes a new image. Nobody else sees it. */
async function publish(args: Args, call: Call): Promise<Properties> {
  findRawDisk(args);
  const session = sessionFor(args, call);
  const there = await leftOf(session, args);
  const made = there
    ? await changeImage(session, there.id, { visibility: "private", ...wantedOf(args) })
    : await createImage(session, { ...BARE, ...wantedOf(args) });
  const outputs = { ...args, imageId: made.id, createdAt: made.created_at ?? "" };
  if (made.status === "active") return outputs;
  try {
    await uploadImage(session, {
      ...{ id: made.id, name: args.imageName, size: args.size },
      open: () => openBlocks(args),
      check: (digests) => checkInspected(args, digests),
    });
  } catch (error) {
    const isOver = !(error instanceof CloudFailure) || error.kind === "denied" || error.kind === "refused";
    if (isOver) throw await undone(session, made.id, error);
    const reason = `${error.message}; \`pulumi up\` sends the disk again: Glance keeps no part of an upload`;
    throw new PartialFailure(`${args.region}/${call.name}`, { ...outputs, unfinished: true }, [reason]);
  }
  return outputs;
}

const BARE = { disk_format: "raw", container_format: "bare", visibility: "private" };

/** The image without bytes, or with others, goes too, so that nothing is left of what cannot succeed. */
async function undone(session: OpenstackSession, id: string, error: unknown): Promise<unknown> {
  await removeImage(session, id).catch(() => undefined);
  return error;
}

/**
 * An image of this release and disk that an interrupted run left. One that takes no bytes any more is deleted: Glance
 * puts no image back that was being written when the service itself was killed.
 */
async function leftOf(
  session: OpenstackSession,
  { labels, imageName }: Args,
): Promise<GlanceImage | undefined> {
  const [product = "", stack = ""] = [labels[LABEL.product], labels[LABEL.stack]];
  const [release, digest] = [labels[LABEL.release], labels[LABEL.digest]];
  const found = await findOwnImages(session, {
    ...{ product, stack, name: imageName },
    ...(release !== undefined && { release }),
    ...(digest !== undefined && { digest }),
  });
  const useful = found.filter(({ status }) => status === "active" || status === "queued");
  for (const { id, status } of found)
    if (status === "saving" || status === "killed") await removeImage(session, id);
  return useful.find(({ status }) => status === "active") ?? useful[0];
}

function wantedOf({ imageName, labels, properties, minDisk, minRam, ...args }: Args): Changes {
  return {
    ...properties,
    ...labels,
    ...{ name: imageName, min_disk: minDisk, min_ram: minRam, protected: args.protected },
  };
}

/** The managed properties, as Glance has them; properties that somebody else added are theirs. */
function seenOf(found: GlanceImage, { labels, properties }: Pick<Args, "labels" | "properties">): Properties {
  const those = (wanted: Record<string, string>) =>
    Object.fromEntries(
      Object.keys(wanted).flatMap((name) => {
        const value = found[name];
        return typeof value === "string" ? [[name, value]] : [];
      }),
    );
  return {
    imageName: found.name ?? "",
    labels: those(labels),
    properties: those(properties),
    minDisk: found.min_disk ?? 0,
    minRam: found.min_ram ?? 0,
    protected: found.protected ?? false,
  };
}
