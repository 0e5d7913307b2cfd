/** Deletes in the only order that Azure accepts, and waits where Azure takes time. Absent objects are accepted. */
import { CloudFailure } from "../failure";
import { wait } from "../retry";
import { deleteDisk, type ManagedDisk, revokeAccess } from "./api/disks";
import { resetSharing } from "./gallery-sharing";
import { refuseHeld } from "./held-version";
import {
  deleteInGallery,
  findInGallery,
  listDefinitions,
  listVersions,
  showInGallery,
} from "./api/galleries";
import { deleteGroup, listInGroup } from "./api/groups";
import type { AzureSession } from "./api/session";

/** A version, a definition, or a gallery, which is made private first. Refused if it contains anything. */
export async function removeFromGallery(session: AzureSession, id: string): Promise<void> {
  if (kindOf(id) === "galleries") await resetSharing(session, id);
  if (kindOf(id) === "versions") await refuseHeld(session, id);
  await removeOnceEmpty(session, id);
}

/**
 * Azure's code for a definition or a gallery that contains something; also returned for a while after the deletion of
 * the last object in it was reported done: 10 to 90 s (github.com/Azure/azure-rest-api-specs/issues/11559;
 * azure-cli's recording test_gallery_e2e.yaml of 2023-06-25 leaves 94 s and 32 s).
 */
const HOLDS_SOMETHING = "CannotDeleteResource";

/** Many times the observed time. */
const EMPTY_LIMIT = 30 * 60_000;

/** Objects still listed after this time really exist. */
const LISTED_LIMIT = 20_000;

/**
 * Deletes a version, a definition or a gallery, and returns once it is gone.
 *
 * @throws {CloudFailure} `busy` names the objects in it that are not being deleted
 */
export async function removeOnceEmpty(session: AzureSession, id: string): Promise<void> {
  const what = `delete ${showInGallery(id)}`;
  let waited = 0;
  for (let pace = 1_000; ; pace = Math.min(15_000, pace * 1.5)) {
    const refusal = await attempt(() => deleteInGallery(session, id));
    if (!refusal && !(await findInGallery(session, id))) return;
    if (refusal && waited >= LISTED_LIMIT) {
      const inside = await contentsOf(session, id);
      if (inside.length > 0)
        throw refusal.curedBy(`it holds ${inside.join(", ")}: delete that first, if it may go`);
    }
    if (waited > EMPTY_LIMIT) {
      const said = `${what} on Azure: it is reported deleted, and still there after 30 minutes`;
      throw (
        refusal?.noting("the same for 30 minutes, though it is empty") ?? new CloudFailure("timeout", said)
      );
    }
    const state = refusal ? "Azure does not know yet that it is empty" : "not gone yet";
    session.status(`${what}: ${state}; trying again`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

/** @returns the refusal because of contents, real or apparent */
async function attempt(remove: () => Promise<unknown>): Promise<CloudFailure | undefined> {
  try {
    await remove();
    return undefined;
  } catch (error) {
    if (error instanceof CloudFailure && error.code === HOLDS_SOMETHING) return error;
    throw error;
  }
}

/** Names of the objects in a definition or gallery that are not being deleted. */
async function contentsOf(session: AzureSession, id: string): Promise<string[]> {
  const kind = kindOf(id);
  if (kind === "versions") return [];
  const found: readonly { id: string; properties: { provisioningState?: unknown } }[] =
    kind === "galleries" ? await listDefinitions(session, id) : await listVersions(session, id);
  return found
    .filter(({ properties }) => properties.provisioningState !== "Deleting")
    .map((each) => showInGallery(each.id));
}

/** `galleries`, `images` or `versions`. */
function kindOf(id: string): string | undefined {
  return id.split("/").at(-2)?.toLowerCase();
}

/** A granted link is revoked first: it blocks the deletion. */
export async function removeDisk(
  session: AzureSession,
  { id, properties }: Pick<ManagedDisk, "id" | "properties">,
): Promise<void> {
  const held = properties.diskState?.startsWith("Active")
    ? await failureOf(() => revokeAccess(session, id))
    : undefined;
  const refused = await failureOf(() => deleteDisk(session, id));
  // Access for an incomplete upload cannot be revoked, but the disk can be deleted.
  if (refused) throw held ?? refused;
}

async function failureOf(work: () => Promise<unknown>): Promise<CloudFailure | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof CloudFailure) return error;
    throw error;
  }
}

/** @throws {CloudFailure} kind `refused` if it contains anything: deleting a group deletes everything in it */
export async function removeEmptyGroup(session: AzureSession, id: string): Promise<void> {
  const name = id.split("/").at(-1);
  const inside = await listInGroup(session, id);
  if (inside.length > 0) {
    throw new CloudFailure(
      "refused",
      `resource group ${name} still holds ${inside.length} things, ${inside[0]?.id.split("/").slice(7).join("/")} first; look at them, and delete the group by hand`,
    );
  }
  await deleteGroup(session, id);
}
