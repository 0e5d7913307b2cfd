/** A gallery version that somebody forbade to delete before its end of life. */
import { ASKING } from "../ask-rights";
import { CloudFailure } from "../failure";
import type { AzureSession } from "./api/session";
import { findVersion, showInGallery } from "./api/galleries";

/** Of an answer that can be done without. */
const BRIEF = { attempts: ASKING.attempts, timeout: ASKING.timeout };

/** What is looked at, of whichever shape. */
interface Safe {
  readonly properties: {
    readonly safetyProfile?: { readonly blockDeletionBeforeEndOfLife?: boolean };
    readonly publishingProfile?: { readonly endOfLifeDate?: string };
  };
}

/**
 * Until when it is held; `undefined`: it is not. The flag means nothing after the end of life, and holds for good where there is none.
 * What Azure answers to the deletion is recorded nowhere, so the profile is looked at and not the answer
 * (learn.microsoft.com/azure/virtual-machines/shared-image-galleries, "blocks deletion of the image before it's end of life date";
 * REST reference, GalleryImageVersionSafetyProfile; read 2026-11).
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

/** What somebody forbade, and the two ways on. */
export function cureOfHold(id: string, until: string): string {
  const wait = until.startsWith("until") ? ", or wait for that day" : "";
  return (
    `somebody forbade to delete it ${until} (blockDeletionBeforeEndOfLife): ` +
    `run \`${freeingCommand(id)}\` (Azure CLI 2.71 or newer)${wait}`
  );
}

/**
 * Asked before anything is taken from a version that is to be deleted. Where Azure does not answer, that is met by the deletion.
 *
 * @throws {CloudFailure} `refused`: it is held, with the cure; `cancelled`
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
