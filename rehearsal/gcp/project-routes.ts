import { z } from "zod";
import { GoogleError, invalid } from "./errors";
import { routeWithBody, type Route } from "./http/route";
import type { Identities } from "./identities";
import { isAllowedOnProject, PROJECT_PERMISSIONS } from "./permissions";

/**
 * Resource Manager: a caller's permissions on a project. Requires none itself; an invisible project is answered like
 * a missing one.
 *
 * https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions (2026-11)
 */
export function projectRoutes(identities: Identities): readonly Route[] {
  return [
    routeWithBody({
      method: "POST",
      path: "/v1/projects/{project}:testIamPermissions",
      body: z.strictObject({ permissions: z.array(z.string()).default([]) }),
      handle({ caller, params, body }) {
        const owner = identities.ownerOf(params.project ?? "");
        if (!owner || !caller) throw new GoogleError(403, "forbidden", "The caller does not have permission");
        const unknown = body.permissions.find((permission) => !PROJECT_PERMISSIONS.has(permission));
        if (unknown !== undefined) throw invalid(`Permission ${unknown} is not valid for this resource.`);
        const permissions = body.permissions.filter((permission) =>
          isAllowedOnProject(caller, permission, owner.project),
        );
        return { json: permissions.length > 0 ? { permissions } : {} };
      },
    }),
  ];
}
