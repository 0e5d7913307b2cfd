import { noteRight } from "../asked-rights";
import type { Identity } from "./identities";
import { permissionsOf, PERMISSIONS, ROLES } from "./roles";

/** Role bindings; the policy of one image or one bucket. */
export interface Policy {
  version: number;
  etag: string;
  bindings: Binding[];
}

interface Binding {
  role: string;
  members: string[];
}

/** Roles that can be bound on an image, or on a bucket: those with a permission of its kind. */
export const IMAGE_ROLES = rolesWith("compute.images.");
export const BUCKET_ROLES = rolesWith("storage.objects.", "storage.buckets.");

function rolesWith(...prefixes: string[]): Readonly<Record<string, readonly string[]>> {
  const has = (permissions: readonly string[]) =>
    permissions.some((permission) => prefixes.some((prefix) => permission.startsWith(prefix)));
  return Object.fromEntries(Object.entries(ROLES).filter(([, permissions]) => has(permissions)));
}

/** Every known permission; `testIamPermissions` refuses others. */
export const IMAGE_PERMISSIONS = permissionsOn("compute.images.");
export const BUCKET_PERMISSIONS = permissionsOn("storage.objects.", "storage.buckets.");
export const PROJECT_PERMISSIONS: ReadonlySet<string> = PERMISSIONS;

function permissionsOn(...prefixes: string[]): ReadonlySet<string> {
  return new Set(
    [...PERMISSIONS].filter((permission) => prefixes.some((prefix) => permission.startsWith(prefix))),
  );
}

/** True if a caller has a permission by a role on their project. */
export function isAllowedOnProject(
  caller: Identity | undefined,
  permission: string,
  project: string,
): boolean {
  return noteRight(permission, hasOnProject(caller, permission, project));
}

function hasOnProject(caller: Identity | undefined, permission: string, project: string): boolean {
  if (caller?.project !== project || caller.without?.includes(permission)) return false;
  return caller.roles.some((role) => permissionsOf(role).includes(permission));
}

/** True if a caller has a permission by the resource's policy or by a role on the project. */
export function isAllowed(
  caller: Identity | undefined,
  permission: string,
  thing: { project: string; policy: Policy },
  roles: Readonly<Record<string, readonly string[]>>,
): boolean {
  const isBound = () =>
    thing.policy.bindings.some(
      ({ role, members }) =>
        roles[role]?.includes(permission) && members.some((member) => matches(caller, member)),
    );
  return noteRight(permission, hasOnProject(caller, permission, thing.project) || isBound());
}

function matches(caller: Identity | undefined, member: string): boolean {
  if (member === "allUsers") return true;
  if (!caller) return false;
  const [kind, name] = [member.slice(0, member.indexOf(":")), member.slice(member.indexOf(":") + 1)];
  if (member === "allAuthenticatedUsers" || member === caller.member) return true;
  if (kind === "domain") return caller.member.startsWith("user:") && caller.member.endsWith(`@${name}`);
  const [, basic] = /^project(Owner|Editor|Viewer)$/.exec(kind) ?? [];
  return (
    basic !== undefined && name === caller.project && caller.roles.includes(`roles/${basic.toLowerCase()}`)
  );
}

const MEMBER =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group):[^@\s]+@[^@\s]+\.[^@\s]+|domain:[^@\s]+\.[^@\s]+|project(Owner|Editor|Viewer):[a-z0-9-]+|principal(Set)?:\/\/\S+)$/;

/** Problem of new bindings, if any. */
export function bindingProblem(
  bindings: readonly Binding[],
  roles: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  for (const { role, members } of bindings) {
    if (!(role in roles)) return `Role ${role} is not supported for this resource.`;
    for (const member of members) {
      if (!MEMBER.test(member))
        return `Invalid member "${member}": a member is written as type:id, as in user:alice@example.com.`;
    }
  }
  return undefined;
}

function inLowerCase(member: string): string {
  return /^(user|group|serviceAccount|domain):/.test(member)
    ? member.replace(/:.*$/, (name) => name.toLowerCase())
    : member;
}

/**
 * Bindings in Google's normal form: one per role, members sorted and unique, addresses and domains in lower case, no
 * empty ones. The case: `normalizeIamMemberCasing` in tpgiamresource/iam.go of
 * hashicorp/terraform-provider-google-beta 7.45, read 2026-11, which exists for this reason.
 */
export function normalizeBindings(bindings: readonly Binding[]): Binding[] {
  const byRole = new Map<string, Set<string>>();
  for (const { role, members } of bindings) {
    const kept = byRole.get(role) ?? new Set<string>();
    for (const member of members) kept.add(inLowerCase(member));
    byRole.set(role, kept);
  }
  return [...byRole]
    .filter(([, members]) => members.size > 0)
    .map(([role, members]) => ({ role, members: [...members].sort() }))
    .sort((a, b) => (a.role < b.role ? -1 : 1));
}
