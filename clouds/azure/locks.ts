/**
 * Management locks: they hold for everyone, owners included, and for everything below their scope. ReadOnly refuses
 * every change, CanNotDelete deletions (learn.microsoft.com/azure/azure-resource-manager/management/lock-resources,
 * read 2026-11-29). Azure's refusal names the scope, and neither the lock nor a command.
 */
import { ASKING, askRights, type Rights } from "../ask-rights";
import { CloudFailure } from "../failure";
import { listLocks, type Lock } from "./api/groups";
import type { AzureSession } from "./api/session";
import type { GalleryPlace } from "./preflight-plan";

/**
 * Locks that stop a publication are problems: every ReadOnly one on the group or the gallery, and a CanNotDelete one on
 * the group, in which the disks that versions are read back from are deleted again. One on the gallery alone stops
 * withdrawals only. Locks of the subscription may not be in the group's list: those show at the first change.
 */
export function checkLocks(session: AzureSession, plan: Omit<GalleryPlace, "location">): Promise<Rights> {
  const group = `/subscriptions/${plan.subscriptionId}/resourceGroups/${plan.resourceGroup}`;
  const gallery = `${group}/providers/Microsoft.Compute/galleries/${plan.gallery}`;
  return askRights(async () => {
    const locks = await listLocks({ ...session, policy: ASKING }, group);
    const onGroup = locks.filter((lock) => isWithin(group, scopeOf(lock)));
    const onGallery = locks.filter((lock) => !onGroup.includes(lock) && overlaps(gallery, scopeOf(lock)));
    const stops = [...onGroup, ...onGallery.filter(({ level }) => level === "ReadOnly")];
    return {
      problems: stops.map(
        (lock) => `${describeLock(lock)}, and nothing can be published there; ${cureOf(lock)}`,
      ),
      warnings: onGallery
        .filter((lock) => !stops.includes(lock))
        .map(
          (lock) =>
            `${describeLock(lock)}: what is published there cannot be withdrawn or deleted; ${cureOf(lock)}`,
        ),
    };
  }, "which management locks there are could not be asked, so one shows only at the change that it refuses");
}

/**
 * Checked before a deletion by the native provider, whose refusal has Azure's words only. If this query fails, the
 * deletion itself will report the problem.
 *
 * @param what for the message: `version demo/1.0.0`
 * @throws {CloudFailure} `refused`: a lock forbids it, with its name and the command; `cancelled`
 */
export async function refuseLocked(session: AzureSession, what: string, id: string): Promise<void> {
  const [group] = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id) ?? [];
  if (group === undefined) return;
  const locks = await listLocks({ ...session, policy: ASKING }, group).catch((error: unknown): Lock[] => {
    if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
    return [];
  });
  const lock = locks.find((each) => isWithin(id, scopeOf(each)));
  if (lock === undefined) return;
  throw new CloudFailure(
    "refused",
    `${what} cannot be deleted, and was left as it is: ${describeLock(lock)} forbids it`,
    { cure: `${cureOf(lock)}, and run the same command again` },
  );
}

function describeLock(lock: Lock): string {
  const place = scopeOf(lock)
    .split("/")
    .slice(-2)
    .join(" ")
    .replace(/^resourceGroups/i, "resource group");
  return `the management lock ${lock.name} (${lock.level}) on ${place}`;
}

function cureOf({ id }: Lock): string {
  return `take it away if it may go (\`az lock delete --ids ${id}\`)`;
}

function scopeOf({ id }: Lock): string {
  return id.replace(/\/providers\/Microsoft\.Authorization\/locks\/[^/]+$/i, "");
}

/** ARM ids are case-insensitive. */
function isWithin(id: string, scope: string): boolean {
  return `${id}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());
}

function overlaps(id: string, scope: string): boolean {
  return isWithin(id, scope) || isWithin(scope, id);
}
