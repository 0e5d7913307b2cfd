import { deletePointer, PointerUnsettled, seePointer, setPointer } from "../../clouds/aws/pointer";
import {
  type Call,
  diffInputs,
  PartialFailure,
  type Properties,
  type ResourceHandler,
} from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import type { PointerArgs } from "../../resources/aws/pointer";
import type { Resolved } from "../../resources/resource";
import { byName } from "../fields";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

type Args = Resolved<PointerArgs>;

const TAGS = Shape.of<Pick<Args, "tags">>({ tags: byName });

/**
 * A moving name. States of version 0.1 hold a native `aws:ssm/parameter:Parameter` in its place, which this resource
 * adopts: {@link argsIn} reads both.
 */
export const pointer: ResourceHandler = {
  computed: ["arn"],
  diff: (old, inputs) => diffInputs(argsIn(old.inputs), argsIn(inputs), { replaceOn: ["region", "name"] }),
  async create(inputs, call) {
    return { id: argsIn(inputs).name, outputs: await set(inputs, undefined, call) };
  },
  async read(id, old, call) {
    const { region, name, tags: wanted } = argsIn(old.outputs);
    const seen = await seePointer(sessionFor(region, call), name);
    if (!seen) return undefined;
    const { imageId, description, arn } = seen;
    // Other tags on it stay as they are.
    const tags = Object.fromEntries(Object.entries(seen.tags).filter(([key]) => key in wanted));
    const found = { region, name, imageId, description, tags };
    return { id, inputs: found, outputs: { ...found, arn } };
  },
  update: (_id, old, inputs, call) => set(inputs, old.outputs, call),
  async delete(_id, old, call) {
    const { region, name } = argsIn(old.outputs);
    await deletePointer(sessionFor(region, call), name, textOf(old.outputs.arn));
  },
};

async function set(inputs: Properties, before: Properties | undefined, call: Call): Promise<Properties> {
  const { region, name, imageId, description, tags } = argsIn(inputs);
  const wanted = {
    ...{ name, value: imageId, description, tags, stack: ownerOf(call.urn) },
    ...(before && { before: { tags: argsIn(before).tags } }),
  };
  const limit = call.timeoutSeconds > 0 ? call.timeoutSeconds * 1000 : undefined;
  try {
    const arn = await setPointer(sessionFor(region, call), wanted, limit);
    return { ...argsIn(inputs), arn };
  } catch (error) {
    if (!(error instanceof PointerUnsettled)) throw error;
    // The request was sent, and the next `up` repeats it: kept in the state, so that a destroy deletes a new one too.
    const kept = { ...argsIn(before ?? inputs), imageId: "", arn: textOf(before?.arn) };
    throw new PartialFailure(name, kept, [error.message]);
  }
}

/** @param properties of this resource, or of the native parameter */
function argsIn(properties: Properties): Args {
  const { region, name, imageId, insecureValue, description } = properties;
  return {
    region: textOf(region),
    name: textOf(name),
    imageId: textOf(imageId ?? insecureValue),
    description: textOf(description),
    tags: TAGS.is(properties) ? properties.tags : {},
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
