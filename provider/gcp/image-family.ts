import { CloudFailure, failedWith } from "../../clouds/failure";
import { findImage, imageName, patchImage } from "../../clouds/gcp/api/images";
import { othersFamily } from "../../clouds/gcp/others";
import { type Call, diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageFamilyArgs } from "../../resources/gcp/image-family";
import type { Resolved } from "../../resources/resource";
import { text } from "../fields";
import { googleOwner } from "./owner";
import { sessionFor } from "./session";

type Args = Resolved<ImageFamilyArgs>;

const INPUTS = Shape.of<Args>({ project: text, image: text, family: text });

/** The family of a verified image. */
export const imageFamily = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS,
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["project", "image"] }),
  async create(inputs, call) {
    await enter(inputs, call);
    return {
      id: `projects/${inputs.project}/global/images/${imageName(inputs.image)}/family`,
      outputs: inputs,
    };
  },
  async read(id, old, call) {
    const found = await findImage(sessionFor(call), old.outputs);
    if (!found?.family) return undefined;
    const { family } = found;
    return { id, inputs: { ...old.inputs, family }, outputs: { ...old.outputs, family } };
  },
  async update(_id, _old, inputs, call) {
    await enter(inputs, call);
    return inputs;
  },
  async delete(_id, old, call) {
    const args = old.outputs;
    const session = sessionFor(call);
    // A move to another family by someone else is respected.
    if ((await findImage(session, args))?.family !== args.family) return;
    try {
      await patchImage(session, args, { family: "" });
    } catch (error) {
      if (!failedWith(error, "absent")) throw error;
    }
  },
});

/** Users of another stack's family are not redirected. */
async function enter(args: Args, call: Call): Promise<void> {
  const session = sessionFor(call);
  const others = await othersFamily(session, args, googleOwner(call.urn));
  if (others !== undefined) throw new CloudFailure("refused", others);
  await patchImage(session, args, { family: args.family });
}
