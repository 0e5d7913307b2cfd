import { CloudFailure, failedWith } from "../../clouds/failure";
import { findImage, imageName, patchImage } from "../../clouds/gcp/api/images";
import { othersFamily } from "../../clouds/gcp/others";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { ImageFamilyArgs } from "../../resources/gcp/image-family";
import { googleOwner } from "./owner";
import { sessionFor } from "./session";

type Args = ImageFamilyArgs & { image: string };

/** The family of a verified image. */
export const imageFamily: ResourceHandler = {
  computed: [],
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["project", "image"] }),
  async create(inputs, call) {
    const args = argsOf(inputs);
    await enter(args, call);
    return { id: `projects/${args.project}/global/images/${imageName(args.image)}/family`, outputs: inputs };
  },
  async read(id, old, call) {
    const found = await findImage(sessionFor(call), argsOf(old.outputs));
    if (!found?.family) return undefined;
    const { family } = found;
    return { id, inputs: { ...old.inputs, family }, outputs: { ...old.outputs, family } };
  },
  async update(_id, _old, inputs, call) {
    const args = argsOf(inputs);
    await enter(args, call);
    return inputs;
  },
  async delete(_id, old, call) {
    const args = argsOf(old.outputs);
    const session = sessionFor(call);
    // A move to another family by someone else is respected.
    if ((await findImage(session, args))?.family !== args.family) return;
    try {
      await patchImage(session, args, { family: "" });
    } catch (error) {
      if (!failedWith(error, "absent")) throw error;
    }
  },
};

/** Users of another stack's family are not redirected. */
async function enter(args: Args, call: Call): Promise<void> {
  const session = sessionFor(call);
  const others = await othersFamily(session, args, googleOwner(call.urn));
  if (others !== undefined) throw new CloudFailure("refused", others);
  await patchImage(session, args, { family: args.family });
}

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}
