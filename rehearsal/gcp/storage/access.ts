import { GoogleError } from "../errors";
import { emailOf, type Identity } from "../identities";
import { BUCKET_ROLES, isAllowed, type Policy } from "../permissions";

/** Throws Cloud Storage's refusal unless the caller has the permission; 401 without authentication, 403 with it. */
export function demand(
  caller: Identity | undefined,
  permission: string,
  thing: { project: string; policy: Policy },
): void {
  if (isAllowed(caller, permission, thing, BUCKET_ROLES)) return;
  throw denied(caller, permission);
}

export function denied(caller: Identity | undefined, permission: string): GoogleError {
  const kind = permission.split(".")[1] === "objects" ? "object" : "bucket";
  const message =
    `${caller ? emailOf(caller) : "Anonymous caller"} does not have ${permission} access to the Google Cloud Storage ` +
    `${kind}. Permission '${permission}' denied on resource (or it may not exist).`;
  if (caller) return new GoogleError(403, "forbidden", message);
  return new GoogleError(401, "required", message, { locationType: "header", location: "Authorization" });
}
