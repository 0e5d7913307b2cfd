/**
 * The actions that the publisher lacks, by Azure's own list of the caller's permissions: all of them in one refusal.
 */
import { TAG } from "../../facts/tags";
import { askRights, ASKING, missingRights, type Rights, sortRights } from "../ask-rights";
import { permissionsFor, type Purpose } from "../permissions";
import { failedWith } from "../failure";
import { readSharing, SHARING_CURE } from "./gallery-sharing";
import { listPermissions, type RolePermissions } from "./api/groups";
import type { AzureSession } from "./api/session";
import { AZURE_PERMISSIONS, type AzurePermission } from "./permissions";
import { whoPublishes } from "./principal";

interface RightsPlan {
  subscriptionId: string;
  resourceGroup: string;
  resourceGroupExists: boolean;
  /** The gallery will be shared. */
  shared: boolean;
  gallery: string;
  /** The stack that may own the gallery, by the tag `imprimatur:stack`. */
  stack: string;
}

/** Throws on cancellation only. */
export async function checkAzureRights(session: AzureSession, plan: RightsPlan): Promise<Rights> {
  const { subscriptionId, resourceGroup, resourceGroupExists, shared } = plan;
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = `${subscription}/resourceGroups/${resourceGroup}`;
  const scope = resourceGroupExists ? group : subscription;
  const asking = { ...session, policy: ASKING };
  return askRights(async () => {
    const roles = await listPermissions(asking, scope);
    // The group does not exist, which the preflight reports too.
    if (roles === undefined) return { problems: [], warnings: [] };
    const purposes: Purpose[] = [
      "publish",
      "delete",
      ...(shared || (await isSharedNow(asking, group, plan, roles)) ? (["share"] as const) : []),
      ...(resourceGroupExists ? [] : (["place"] as const)),
    ];
    // A group's list does not include the permissions on the subscription; the preflight's own queries would fail
    // first without them.
    const needed = permissionsFor(AZURE_PERMISSIONS, purposes).filter(
      ({ on }) => on === "group" || !resourceGroupExists,
    );
    const missing = needed.filter(({ name }) => !isAllowed(name, roles));
    if (missing.length === 0) return { problems: [], warnings: [] };
    const who = await whoPublishes();
    return sortRights(missing, (some) =>
      missingRights(who, scope, some, `assign there ${rolesFor(some as readonly AzurePermission[])}`),
    );
  });
}

/** Removing the users of the stack's own gallery needs the permission to share it. */
async function isSharedNow(
  session: AzureSession,
  group: string,
  { gallery, stack }: RightsPlan,
  roles: readonly RolePermissions[],
): Promise<boolean> {
  // That permission is then reported as missing.
  if (!isAllowed("Microsoft.Compute/galleries/read", roles)) return false;
  const id = `${group}/providers/Microsoft.Compute/galleries/${gallery}`;
  const found = await readSharing(session, id).catch((error: unknown) => {
    // Its group does not exist.
    if (failedWith(error, "absent")) return undefined;
    throw error;
  });
  if (found?.tags[TAG.stack] !== stack) return false;
  return found.community || found.subscriptions.length + found.tenants.length > 0;
}

function rolesFor(missing: readonly AzurePermission[]): string {
  const files = [
    ...(missing.some(({ purposes }) => !purposes.includes("place")) ? ["azure-publisher.json"] : []),
    ...(missing.some(({ purposes }) => purposes.includes("place")) ? ["azure-group-maker.json"] : []),
  ];
  const custom = `the role in docs/policies/${files.join(" and ")}`;
  if (!missing.some(({ purposes }) => purposes.includes("share"))) return custom;
  return `${custom}${SHARING_CURE}`;
}

/** True if one of the roles allows the action; case-insensitive, `*` matches any text. */
export function isAllowed(action: string, roles: readonly RolePermissions[]): boolean {
  const fits = (patterns: readonly string[] = []) =>
    patterns.some((pattern) => {
      const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
      return new RegExp(`^${source}$`, "i").test(action);
    });
  return roles.some(({ actions, notActions }) => fits(actions) && !fits(notActions));
}
