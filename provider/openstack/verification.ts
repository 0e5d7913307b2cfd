import { blockMapRoot } from "../../disk/block-map";
import { findImage } from "../../clouds/openstack/api/images";
import { readBack } from "../../clouds/openstack/read-back";
import { type Call, diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { VerificationArgs } from "../../resources/openstack/verification";
import type { Resolved } from "../../resources/resource";
import { describeDifference, mapOf } from "../disk-blocks";
import { number, text } from "../fields";
import { sessionFor } from "./session";

type Args = Resolved<VerificationArgs>;

const INPUTS = Shape.of<Args>({
  ...{ cloud: text.optional(), region: text, imageId: text, size: number, blockMapRoot: text },
});

/** The gate. Has no object in the cloud; an id of Glance's is never given out twice, so it names the image. */
export const verification = typedResource({
  computed: ["level"],
  inputs: INPUTS,
  kept: INPUTS.pick("cloud", "region", "imageId"),
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, {
      replaceOn: ["region", "imageId", "size", "blockMapRoot"],
      ignore: ["cloud"],
    }),
  async create(inputs, call) {
    await verify(inputs, call);
    return { id: `${inputs.imageId}/${inputs.blockMapRoot}`, outputs: { ...inputs, level: "bytes" } };
  },
  async read(id, old, call) {
    const { outputs } = old;
    return (await findImage(sessionFor(outputs, call), outputs.imageId)) ? { id, ...old } : undefined;
  },
  async delete() {
    // Nothing was created.
  },
});

async function verify(args: Args, call: Call): Promise<void> {
  const { region, imageId, size, blockMapRoot: wanted } = args;
  const read = await readBack(sessionFor(args, call), imageId, size);
  const wrong =
    read.size !== size
      ? `it gives out ${read.size} bytes of ${size}`
      : blockMapRoot(mapOf(size, read.digests)) === wanted
        ? undefined
        : describeDifference(size, read.digests, wanted);
  if (wrong === undefined) return;
  const client = `openstack --os-region-name ${region} image`;
  throw new Error(
    `image ${imageId} in ${region} is not the inspected disk: ${wrong}; it was not shared: delete it ` +
      `(\`${client} set --unprotected ${imageId}\`, \`${client} delete ${imageId}\`) and run \`pulumi up --refresh\``,
  );
}
