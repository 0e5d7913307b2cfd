import { awaitDeletion } from "../../clouds/azure/close-version";
import type { AzureSession } from "../../clouds/azure/api/session";
import { readSharing, resetSharing, setSharing } from "../../clouds/azure/gallery-sharing";
import { refuseOthersVersions } from "../../clouds/azure/others";
import { galleryGranteesIn } from "../../config/azure/access";
import { grantsNobodyNew, accessBefore, isLeftOpen, unfinishedSharing } from "../../config/access";
import { type Call, diffInputs, PartialFailure, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { GallerySharingArgs } from "../../resources/azure/gallery-sharing";
import type { Resolved } from "../../resources/resource";
import { flag, number, text, texts } from "../fields";
import { refuseUnagreed } from "../agreed";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

type Args = Resolved<GallerySharingArgs>;

const INPUTS = Shape.of<Args>({
  ...{ galleryId: text, community: flag, subscriptions: texts, tenants: texts, without: texts.optional() },
  ...{ closings: number.optional(), open: text.optional(), agreed: texts.optional() },
});

/** The complete access list of a gallery. */
export const gallerySharing = typedResource({
  computed: ["publicName"],
  inputs: INPUTS,
  kept: INPUTS.pick("galleryId"),
  check(inputs) {
    // Ids are unordered and case-insensitive: normalised, so that neither is a difference.
    const spell = (ids: unknown) =>
      Array.isArray(ids) ? [...new Set(ids.map((id) => String(id).toLowerCase()))].sort() : ids;
    return {
      inputs: { ...inputs, subscriptions: spell(inputs.subscriptions), tenants: spell(inputs.tenants) },
    };
  },
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, { replaceOn: ["galleryId"], ignore: ["without", "open", "agreed"] }),
  async create(inputs, call) {
    const id = `${inputs.galleryId}/sharing`;
    return { id, outputs: await share(id, {}, inputs, call) };
  },
  async read(id, old, call) {
    const found = await readSharing(sessionFor(call), old.outputs.galleryId);
    if (!found) return undefined;
    const { community, subscriptions, tenants, publicName } = found;
    const seen = { community, subscriptions, tenants };
    return {
      id,
      inputs: { ...old.inputs, ...seen },
      outputs: { ...old.outputs, ...seen, publicName, unfinished: undefined },
    };
  },
  async update(id, old, inputs, call) {
    if (!isLeftOpen(inputs) || !grantsNobodyNew(old.outputs, inputs, galleryGranteesIn))
      return share(id, old.outputs, inputs, call);
    return { ...inputs, publicName: old.outputs.publicName };
  },
  async delete(_id, old, call) {
    const { galleryId } = old.outputs;
    await refuseOthersVersions(sessionFor(call), galleryId, ownerOf(call.urn), "made private");
    await resetSharing(sessionFor(call), galleryId);
  },
});

/** @throws {PartialFailure} when some changes may have been made: the next `up` resumes, and a destroy resets it */
async function share(id: string, old: Properties, inputs: Args, call: Call): Promise<Properties> {
  refuseUnagreed(galleryGranteesIn(inputs), inputs, (word) => word.toLowerCase());
  try {
    const session = sessionFor(call);
    // A community gallery can only be made private as a whole.
    const refuseWhile = (deed: string) =>
      refuseOthersVersions(session, inputs.galleryId, ownerOf(call.urn), deed);
    if (old.community === true && !inputs.community) {
      await refuseWhile("made private");
      await resetSharing(session, inputs.galleryId);
    }
    const publicName = await setSharing(session, inputs.galleryId, inputs, async () => {
      await refuseWhile("opened to others");
      await awaitAbsence(session, inputs);
    });
    return { ...inputs, publicName };
  } catch (error) {
    const before = accessBefore(old, inputs, galleryGranteesIn(old));
    const left = unfinishedSharing(before, galleryGranteesIn(inputs));
    throw new PartialFailure(id, { ...inputs, publicName: old.publicName ?? "", unfinished: left }, [
      error instanceof Error ? error.message : String(error),
    ]);
  }
}

/** Waits for the deletion of versions that new grantees must not see. */
async function awaitAbsence(session: AzureSession, { galleryId, without = [] }: Args): Promise<void> {
  const versions = without.map((name) => `${galleryId}/images/${name.replace("/", "/versions/")}`);
  await Promise.all(versions.map((id) => awaitDeletion(session, id)));
}
