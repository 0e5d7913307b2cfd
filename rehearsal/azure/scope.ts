import { ArmError } from "./arm/errors";
import type { ArmRequest, Gate } from "./arm/http";
import { type Cloud, contentsOf, groupId, keyOf } from "./cloud";
import type { Caller } from "./identity";
import { normalise } from "./arm/locations";
import { beingDeleted, groupNotFound } from "./resources/groups";
import type { Contents } from "./state";

const VERBS: Readonly<Record<string, string>> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  PATCH: "write",
  DELETE: "delete",
};

/** Only the caller's own subscription; another's is forbidden, an unknown one not found. */
export const subscriptionGate =
  (cloud: Cloud): Gate =>
  ({ params, caller, method, path }) => {
    const { subscription } = params;
    if (subscription === undefined || keyOf(subscription) === keyOf(caller.subscription)) return;
    const known = contentsOf(cloud).callers.some(
      (other) => keyOf(other.subscription) === keyOf(subscription),
    );
    if (!known) {
      throw new ArmError(
        404,
        "SubscriptionNotFound",
        `The subscription '${subscription}' could not be found.`,
      );
    }
    throw authorizationFailed(caller, actionOf(method, path), path);
  };

export function authorizationFailed({ name, objectId }: Caller, action: string, scope: string): ArmError {
  return new ArmError(
    403,
    "AuthorizationFailed",
    `The client '${name}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** `Microsoft.Compute/disks/write` for a PUT of a disk; `…/disks/beginGetAccess/action` for that POST. */
export function actionOf(method: string, path: string): string {
  const provider = /\/providers\/([^/]+)\/(.*)$/i.exec(path);
  const [namespace, rest] = provider
    ? [provider[1] ?? "", provider[2] ?? ""]
    : ["Microsoft.Resources/subscriptions", path.split("/").slice(3).join("/")];
  const types = rest.split("/").filter((_part, index) => index % 2 === 0 && _part !== "");
  return [namespace, ...types, VERBS[method] ?? "action"].join("/");
}

/** Resources need an existing group that is not being deleted. */
export const groupGate =
  (cloud: Cloud): Gate =>
  ({ params, method, path }: ArmRequest) => {
    if (params.group === undefined || !/\/providers\//i.test(path)) return;
    const group = contentsOf(cloud).groups[keyOf(groupId(params.subscription ?? "", params.group))];
    if (!group) throw groupNotFound(params.group);
    if (group.provisioningState === "Deleting" && (method === "PUT" || method === "PATCH"))
      throw beingDeleted(group);
  };

/** Region of a path's resource, else of its parent; or the location in the path itself. */
export function regionOf(
  { groups, disks, galleries, definitions, versions }: Contents,
  path: string,
): string | undefined {
  const [, named] = /\/locations\/([^/]+)/i.exec(path) ?? [];
  if (named !== undefined) return normalise(named);
  const parts = keyOf(path).split("/");
  for (let length = parts.length; length > 2; length--) {
    const key = parts.slice(0, length).join("/");
    const found = disks[key] ?? versions[key] ?? definitions[key] ?? galleries[key] ?? groups[key];
    if (found) return found.location;
  }
  return undefined;
}
