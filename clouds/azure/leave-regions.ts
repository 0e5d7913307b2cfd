/** Removes a gallery version from regions, without waiting for completion. */
import { failedWith } from "../failure";
import { wait } from "../retry";
import { beginVersionUpdate, findVersion, showInGallery, spellRegion } from "./api/galleries";
import type { AzureSession } from "./api/session";
import { type GalleryVersion, isIdle, profileOf, regionsIn } from "./gallery-version";
import { refuseOthers } from "./others";
import { versionBody } from "./versions";

/**
 * Milliseconds for which the version is observed after Azure accepted the update, as for a deletion
 * (close-version.ts).
 */
const LOOKED_AT = 5_000;

/** Milliseconds to retry: Azure refuses other changes while a version is replicated. */
const IN_THE_WAY = 30_000;

/**
 * Removing target regions is an update of the version, a PUT of the complete resource ("Gallery Image Versions -
 * Create Or Update", learn.microsoft.com/rest/api/compute, `publishingProfile.targetRegions` "is updatable", read
 * 2026-11-29), and needs `allowDeletionOfReplicatedLocations`. It is not recorded for how long a machine can still be
 * created from a replica that is being removed.
 *
 * @param keep regions that may remain, in addition to the version's own location
 * @param stack value of the tag `imprimatur:stack` on this stack's objects
 * @returns `absent`: it is in no other region; `leaving`: Azure has accepted the update, which is in progress
 * @throws {CloudFailure} for another stack's version; if Azure refuses the update
 */
export async function leaveRegions(
  session: AzureSession,
  id: string,
  keep: readonly string[],
  stack: string,
): Promise<"absent" | "left" | "leaving"> {
  const what = `take version ${showInGallery(id)} out of regions`;
  let waited = 0;
  for (let pace = 1_000; ; pace = Math.min(5_000, pace * 2)) {
    const found = await findVersion(session, id);
    if (!found || isGoing(found)) return "absent";
    refuseOthers(`version ${showInGallery(id)}`, found.tags, stack);
    const all = regionsIn(found);
    const stay = [...keep, spellRegion(found.location)];
    const targetRegions = all.filter(({ name }) => stay.includes(name));
    if (targetRegions.length === all.length) return "absent";
    try {
      await beginVersionUpdate(session, id, versionBody(found, { ...profileOf(found), targetRegions }));
      break;
    } catch (error) {
      if (!failedWith(error, "busy")) throw error;
      const state = found.properties.provisioningState ?? "busy";
      if (waited >= IN_THE_WAY) throw error.noting(`it is ${state}, for ${waited / 1000} s of trying`);
    }
    session.status(`${what}: Azure does something else with it; trying again`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
  return (await isDone(session, id)) ? "left" : "leaving";
}

function isGoing({ properties }: GalleryVersion): boolean {
  return properties.provisioningState === "Deleting";
}

async function isDone(session: AzureSession, id: string): Promise<boolean> {
  let waited = 0;
  for (let pace = 500; waited < LOOKED_AT; pace = Math.min(4_000, pace * 1.5)) {
    const found = await findVersion(session, id);
    if (!found || isIdle(found)) return true;
    session.status(`version ${showInGallery(id)}: leaving regions`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
  return false;
}
