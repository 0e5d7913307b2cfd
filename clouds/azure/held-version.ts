/** Gallery versions protected from deletion before their end of life. */
import { ASKING } from "../ask-rights";
import { CloudFailure } from "../failure";
import type { AzureSession } from "./api/session";
import { findVersion, showInGallery } from "./api/galleries";

/** Retry policy of a query that is optional. */
const BRIEF = { attempts: ASKING.attempts, timeout: ASKING.timeout };

/** The part of a version that is read, common to its two types. */
interface Safe {
  readonly properties: {
    readonly safetyProfile?: { readonly blockDeletionBeforeEndOfLife?: boolean };
    readonly publishingProfile?: { readonly endOfLifeDate?: string };
  };
}

/**
 * Until when the version is protected; `undefined`: it is not. The flag has no effect after the end of life, and is
 * permanent if there is none. Azure's response to such a deletion is not recorded, so the profile is read instead of
 * the response (learn.microsoft.com/azure/virtual-machines/shared-image-galleries, "blocks deletion of the image
 * before it's end of life date"; REST reference, GalleryImageVersionSafetyProfile; read 2026-11).
 */
export function heldUntil({ properties: { safetyProfile, publishingProfile } }: Safe): string | undefined {
  if (safetyProfile?.blockDeletionBeforeEndOfLife !== true) return undefined;
  const end = publishingProfile?.endOfLifeDate;
  if (end === undefined) return "for ever: it has no end of life";
  return Date.parse(end) <= Date.now() ? undefined : `until its end of life, ${end.slice(0, 10)}`;
}

/** The option: release notes of Azure CLI 2.71.0 (2025-04), `az sig image-version update`; read 2026-11. */
export function freeingCommand(id: string): string {
  return `az sig image-version update --ids ${id} --block-deletion-before-end-of-life false`;
}

/** The protection, and the two ways to proceed. */
export function cureOfHold(id: string, until: string): string {
  const wait = until.startsWith("until") ? ", or wait for that day" : "";
  return (
    `somebody forbade to delete it ${until} (blockDeletionBeforeEndOfLife): ` +
    `run \`${freeingCommand(id)}\` (Azure CLI 2.71 or newer)${wait}`
  );
}

/**
 * Checked before any change to a version that is to be deleted. If this query fails, the deletion itself will report
 * the problem.
 *
 * @throws {CloudFailure} `refused`: it is protected, with the cure; `cancelled`
 */
export async function refuseHeld(session: AzureSession, id: string): Promise<void> {
  const found = await findVersion({ ...session, policy: { ...session.policy, ...BRIEF } }, id).catch(
    (error: unknown) => {
      if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
      return undefined;
    },
  );
  const until = found && heldUntil(found);
  if (until === undefined) return;
  throw new CloudFailure("refused", `version ${showInGallery(id)} cannot be deleted, and was left as it is`, {
    cure: cureOfHold(id, until),
  });
}
