import { deprecateImage, deprecationOf, undeprecateImage } from "../../clouds/aws/deprecation";
import { diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageDeprecationArgs } from "../../resources/aws/image-deprecation";
import type { Resolved } from "../../resources/resource";
import { text } from "../fields";
import { sessionFor } from "./session";

const INPUTS = Shape.of<Resolved<ImageDeprecationArgs>>({ region: text, imageId: text, at: text });

/** The deprecation time of one AMI. */
export const imageDeprecation = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS,
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["region", "imageId"] }),
  async create(inputs, call) {
    const { region, imageId, at } = inputs;
    await deprecateImage(sessionFor(region, call), imageId, Date.parse(at));
    return { id: `${imageId}/deprecation`, outputs: inputs };
  },
  async read(id, old, call) {
    const { region, imageId, at } = old.outputs;
    const found = await deprecationOf(sessionFor(region, call), imageId);
    if (found === undefined) return undefined;
    const seen = { at: asWritten(found.at, at) };
    return { id, inputs: { ...old.inputs, ...seen }, outputs: { ...old.outputs, ...seen } };
  },
  async update(_id, _old, inputs, call) {
    const { region, imageId, at } = inputs;
    await deprecateImage(sessionFor(region, call), imageId, Date.parse(at));
    return inputs;
  },
  async delete(_id, old, call) {
    const { region, imageId } = old.outputs;
    await undeprecateImage(sessionFor(region, call), imageId);
  },
});

/**
 * The time as written, if AWS's is equivalent: the same instant, or "already deprecated" when the wanted time was
 * past when it was set. No time is an empty string, so that it is a difference.
 */
function asWritten(seen: number | undefined, written: string): string {
  if (seen === undefined) return "";
  const wanted = Date.parse(written);
  // Tolerance of a minute: "at once" was set to the next minute.
  const deprecatedSince = wanted <= Date.now() && seen >= wanted && seen <= Date.now() + 60_000;
  if (seen === wanted || deprecatedSince) return written;
  return new Date(seen).toISOString().replace(".000Z", "Z");
}
