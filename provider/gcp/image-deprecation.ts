import { z } from "zod";
import { failedWith } from "../../clouds/failure";
import { isLeftOpen } from "../../config/access";
import {
  deprecateImage,
  type Deprecation,
  findImage,
  imageName,
  linkPath,
} from "../../clouds/gcp/api/images";
import { type Call, diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageDeprecationArgs } from "../../resources/gcp/image-deprecation";
import type { Resolved } from "../../resources/resource";
import { number, text } from "../fields";
import { sessionFor } from "./session";

type Args = Resolved<ImageDeprecationArgs>;

const INPUTS = Shape.of<Args>({
  ...{ project: text, image: text, state: z.enum(["ACTIVE", "DEPRECATED", "OBSOLETE", "DELETED"]) },
  ...{ replacement: text.optional(), deprecated: text.optional() },
  ...{ obsolete: text.optional(), deleted: text.optional() },
  ...{ closings: number.optional(), open: text.optional() },
});

/**
 * The complete deprecation status of an image. Every image has this resource, and most are ACTIVE without a date from
 * the start: a status that is already right costs one read and no write.
 */
export const imageDeprecation = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS,
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, { replaceOn: ["project", "image"], ignore: ["open"] }),
  async create(inputs, call) {
    await settle(inputs, statusOf(inputs), call);
    return {
      id: `projects/${inputs.project}/global/images/${imageName(inputs.image)}/deprecation`,
      outputs: inputs,
    };
  },
  async read(id, old, call) {
    const args = old.outputs;
    const found = await findImage(sessionFor(call), args);
    if (!found) return undefined;
    const seen = asWritten(found.deprecated ?? {}, args);
    // A field that Google does not return is unset: undefined here, and so it is dropped.
    return { id, inputs: { ...old.inputs, ...seen }, outputs: { ...old.outputs, ...seen } };
  },
  async update(_id, old, inputs, call) {
    // Google has just failed to answer for this project, and the next `up` repeats this.
    const isOld = JSON.stringify(statusOf(inputs)) === JSON.stringify(statusOf(old.outputs));
    if (isLeftOpen(inputs) && isOld) return inputs;
    await settle(inputs, statusOf(inputs), call);
    return inputs;
  },
  async delete(_id, old, call) {
    try {
      await settle(old.outputs, {}, call);
    } catch (error) {
      if (!failedWith(error, "absent")) throw error;
    }
  },
});

/** @throws {CloudFailure} kind `absent`: there is no such image */
async function settle(args: Args, wanted: Deprecation, call: Call): Promise<void> {
  const session = sessionFor(call);
  const found = await findImage(session, args);
  if (found && isSame(found.deprecated ?? {}, wanted)) return;
  await deprecateImage(session, args, wanted);
}

function isSame(seen: Deprecation, wanted: Deprecation): boolean {
  const [is, want] = [asWritten(seen, wanted), { state: "ACTIVE", ...wanted }];
  const fields = ["state", "replacement", "deprecated", "obsolete", "deleted"] as const;
  return fields.every((field) => (is[field] || undefined) === want[field]);
}

function statusOf({ state, replacement, deprecated, obsolete, deleted }: Args): Deprecation {
  return { state, replacement, deprecated, obsolete, deleted };
}

/**
 * The status that Google returns, as written where equivalent: no state is ACTIVE, a link has several hosts, an
 * instant several time zones.
 */
function asWritten(
  seen: Deprecation,
  written: Deprecation,
): Required<{ [field in keyof Deprecation]: unknown }> {
  const sameLink =
    seen.replacement && written.replacement && linkPath(written.replacement) === linkPath(seen.replacement);
  const date = (field: "deprecated" | "obsolete" | "deleted") => {
    const [have, want] = [seen[field], written[field]];
    return have && want && Date.parse(want) === Date.parse(have) ? want : have;
  };
  return {
    state: seen.state ?? "ACTIVE",
    replacement: sameLink ? written.replacement : seen.replacement,
    deprecated: date("deprecated"),
    obsolete: date("obsolete"),
    deleted: date("deleted"),
  };
}
