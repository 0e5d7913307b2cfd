/** Removes all access to a gallery version by deleting it, at once. */
import { CloudFailure, failedWith } from "../failure";
import { wait } from "../retry";
import { cureOfHold, heldUntil } from "./held-version";
import { beginVersionDeletion, findVersion, type GalleryVersion, showInGallery } from "./api/galleries";
import type { AzureSession } from "./api/session";
import { refuseOthers } from "./others";

/**
 * Milliseconds for which the version is observed after Azure accepted the deletion. A deletion was recorded to take
 * 90 s (azure-cli, test_gallery_e2e.yaml, 2023-06-25), with a polling interval of 60 s (azure-rest-api-specs#11559,
 * 2020-11-05): the rest of an `up` need not wait for that.
 */
const LOOKED_AT = 5_000;

/** Milliseconds to retry: creation or replication in progress blocks a version's deletion. */
const IN_THE_WAY = 30_000;

/**
 * Deletes a version without removing it from "latest" first: that would be a PUT, minutes of replication in which
 * Azure accepts no other change (azure-cli, test_gallery_e2e.yaml, 2023-06-25: 365 s), while the deletion is accepted
 * within a second.
 *
 * A deletion in progress is not requested again. It is not recorded whether a version can be used until it is gone;
 * assume that it can.
 *
 * @param stack value of the tag `imprimatur:stack` on this stack's objects
 * @returns `deleting`: Azure has accepted the deletion, which is in progress
 * @throws {CloudFailure} for another stack's version; if Azure refuses the deletion, or it fails while it is observed
 */
export async function closeVersion(
  session: AzureSession,
  id: string,
  stack: string,
): Promise<"absent" | "gone" | "deleting"> {
  const found = await findVersion(session, id);
  if (!found) return "absent";
  refuseOthers(`version ${showInGallery(id)}`, found.tags, stack);
  if (stateOf(found) !== "Deleting") await requestDeletion(session, id);
  return (await isGone(session, id)) ? "gone" : "deleting";
}

async function requestDeletion(session: AzureSession, id: string): Promise<void> {
  const what = `delete version ${showInGallery(id)}`;
  let waited = 0;
  for (let pace = 1_000; ; pace = Math.min(5_000, pace * 2)) {
    try {
      return await beginVersionDeletion(session, id);
    } catch (error) {
      // Azure's response for a protected version is not recorded: it may be of kind busy, refused or denied.
      if (!failedWith(error, "busy", "refused", "denied")) throw error;
      const found = await findVersion(session, id);
      if (!found || stateOf(found) === "Deleting") return;
      const until = heldUntil(found);
      if (until !== undefined) throw error.curedBy(cureOfHold(id, until));
      if (error.kind !== "busy") throw error;
      if (waited >= IN_THE_WAY)
        throw error.noting(`it is ${stateOf(found)}, for ${waited / 1000} s of trying`);
    }
    session.status(`${what}: Azure does something else with it; trying again`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

async function isGone(session: AzureSession, id: string): Promise<boolean> {
  let waited = 0;
  let isBegun = false;
  for (let pace = 500; ; pace = Math.min(4_000, pace * 1.5)) {
    const found = await findVersion(session, id);
    if (!found) return true;
    // A version whose replication failed is already Failed before the deletion.
    isBegun ||= stateOf(found) === "Deleting";
    if (isBegun && stateOf(found) === "Failed") {
      throw new CloudFailure(
        "server",
        `version ${showInGallery(id)}: Azure accepted to delete it and failed to`,
      );
    }
    if (waited >= LOOKED_AT) return false;
    session.status(`version ${showInGallery(id)}: being deleted`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

/** Milliseconds within which an accepted deletion must complete: 90 s were recorded. */
const DELETED_WITHIN = 30 * 60_000;

/**
 * Waits until a version that is being deleted is gone.
 *
 * @throws {CloudFailure} for a version that exists and is not being deleted
 */
export async function awaitDeletion(session: AzureSession, id: string): Promise<void> {
  let waited = 0;
  for (let pace = 1_000; ; pace = Math.min(15_000, pace * 1.5)) {
    const found = await findVersion(session, id);
    if (!found) return;
    const what = `version ${showInGallery(id)}`;
    if (stateOf(found) !== "Deleting" || waited > DELETED_WITHIN) {
      const said = `${what} is there (${stateOf(found)}), and nobody is to see it who is about to see the gallery`;
      throw new CloudFailure("busy", said, { cure: "`pulumi up` deletes it; run it again" });
    }
    session.status(`${what}: being deleted`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

function stateOf({ properties }: GalleryVersion): string {
  return properties.provisioningState ?? "Succeeded";
}
