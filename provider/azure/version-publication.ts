import { z } from "zod";
import { sortRegions } from "../../clouds/azure/gallery-version";
import { refuseHeld } from "../../clouds/azure/held-version";
import { refuseLocked } from "../../clouds/azure/locks";
import { showInGallery } from "../../clouds/azure/api/galleries";
import { publishVersion, readVersionProfile, withdrawVersion } from "../../clouds/azure/versions";
import { failedWith } from "../../clouds/failure";
import { closedSince } from "../../config/azure/access";
import { accessBefore, unfinishedSharing } from "../../config/access";
import { type Call, diffInputs, PartialFailure, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { VersionPublicationArgs } from "../../resources/azure/version-publication";
import type { Resolved } from "../../resources/resource";
import { byName, flag, number, text, texts } from "../fields";
import { refuseUnagreed } from "../agreed";
import { sessionFor } from "./session";

type Args = Resolved<VersionPublicationArgs>;

const targetRegions = z.array(
  z.object({ name: text, regionalReplicaCount: number, storageAccountType: text }),
);
const INPUTS = Shape.of<Args>({
  ...{
    versionId: text,
    targetRegions,
    excludeFromLatest: flag,
    endOfLifeDate: text.optional(),
    tags: byName,
  },
  ...{ closings: number.optional(), closedRegions: z.record(text, number).optional() },
  ...{ agreed: texts.optional() },
});
const REGIONS = INPUTS.pick("targetRegions");

/**
 * The regions of a gallery version, its place in "latest", its end of life and its tags, as a whole.
 *
 * | change | effect |
 * |---|---|
 * | `versionId` | another version: replaced |
 * | all others | a PUT of the whole; before it one that leaves "latest" alone where regions are added, and one without the regions whose replication failed |
 */
export const versionPublication = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS.pick("versionId", "endOfLifeDate", "tags").lacking("tags"),
  check(inputs) {
    // Wrong ones are refused by `up`.
    if (!REGIONS.is(inputs)) return { inputs };
    return { inputs: { ...inputs, targetRegions: sortRegions(inputs.targetRegions) } };
  },
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["versionId"], ignore: ["agreed"] }),
  async create(inputs, call) {
    const id = `${inputs.versionId}/publication`;
    return { id, outputs: await publish(id, {}, inputs, call) };
  },
  async read(id, old, call) {
    const args = old.outputs;
    const found = await readVersionProfile(sessionFor(call), args.versionId);
    if (!found) return undefined;
    const { endOfLifeDate: seen, tags, ...rest } = found;
    // Equal instants have several spellings; a field that Azure does not return is unset, and so it is dropped.
    const same = seen && args.endOfLifeDate && Date.parse(seen) === Date.parse(args.endOfLifeDate);
    const profile = {
      ...rest,
      endOfLifeDate: same ? args.endOfLifeDate : seen,
      tags: Object.fromEntries(Object.entries(tags).filter(([key]) => key in (args.tags ?? {}))),
    };
    return {
      id,
      inputs: { ...old.inputs, ...profile },
      outputs: { ...old.outputs, ...profile, unfinished: undefined },
    };
  },
  update: (id, old, inputs, call) => publish(id, old.outputs, inputs, call),
  async delete(_id, old, call) {
    const { versionId } = old.outputs;
    const session = sessionFor(call);
    // The native provider deletes the version next; its refusal would name no cure.
    await refuseHeld(session, versionId);
    await refuseLocked(session, `version ${showInGallery(versionId)}`, versionId);
    await withdrawVersion(session, versionId);
  },
});

/** The next `up` completes what was interrupted, after reading Azure's current state. */
async function publish(
  id: string,
  old: Properties & Partial<Pick<Args, "tags">>,
  inputs: Args,
  call: Call,
): Promise<Properties> {
  const { versionId, targetRegions, excludeFromLatest, endOfLifeDate, tags } = inputs;
  refuseUnagreed(regionsIn(inputs), inputs);
  const profile = {
    targetRegions,
    excludeFromLatest,
    ...(endOfLifeDate !== undefined && { endOfLifeDate }),
    tags,
  };
  try {
    await publishVersion(sessionFor(call), versionId, profile, Object.keys(old.tags ?? {}));
    return inputs;
  } catch (error) {
    const had = accessBefore(old, inputs, regionsIn(old));
    const isClosed = closedSince(old, inputs);
    const before = { has: had.has.filter((region) => !isClosed(region)), may: had.may };
    const left = { ...inputs, unfinished: unfinishedSharing(before, regionsIn(inputs)) };
    if (failedWith(error, "cancelled")) {
      throw new PartialFailure(id, left, [
        "stopped by request; Azure goes on with what was begun, and the next `pulumi up` waits for it",
      ]);
    }
    throw new PartialFailure(id, left, [error instanceof Error ? error.message : String(error)]);
  }
}

function regionsIn(properties: Properties): string[] {
  return REGIONS.is(properties) ? properties.targetRegions.map(({ name }) => name) : [];
}
