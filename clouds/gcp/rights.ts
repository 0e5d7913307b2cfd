/** The permissions on the project that the publisher lacks, from Resource Manager: all of them in one refusal. */
import { askRights, ASKING, missingRights, type Rights, sortRights } from "../ask-rights";
import { permissionsFor, type Purpose } from "../permissions";
import { whoPublishes } from "./credentials";
import { testProjectPermissions } from "./api/projects";
import type { GoogleSession } from "./api/session";
import { GOOGLE_PERMISSIONS } from "./permissions";

/** The cure for all missing permissions. */
export const ROLE_CURE = "give its account the custom role in docs/policies/gcp-publisher.json";

/**
 * projects.testIamPermissions needs no permission itself, but the API (cloudresourcemanager.googleapis.com). Throws
 * on cancellation only. https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions,
 * 2026-11.
 */
export function checkProjectRights(
  session: GoogleSession,
  project: string,
  purposes: readonly Purpose[],
): Promise<Rights> {
  const needed = permissionsFor(GOOGLE_PERMISSIONS, purposes).filter(({ on }) => on === "project");
  return askRights(async () => {
    const brisk = { ...session, policy: ASKING };
    const permissions = await testProjectPermissions(
      brisk,
      project,
      needed.map(({ name }) => name),
    );
    const missing = needed.filter(({ name }) => !permissions.includes(name));
    return sortRights(missing, (some) =>
      missingRights(whoPublishes(), `project ${project}`, some, `${ROLE_CURE} on the project`),
    );
  });
}
