/** Resource Manager calls on subscriptions and resource groups. */
import { runOperation } from "./operations";
import { armUrl, type AzureSession, findResource, listResources } from "./session";

/** Any resource of Resource Manager. */
export interface Tracked {
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface Subscription {
  readonly state?: string;
  readonly tenantId?: string;
}

/** @throws {CloudFailure} see `namesNoSubscription` of session.ts */
export function findSubscription(session: AzureSession, id: string): Promise<Subscription | undefined> {
  return findResource(session, `get subscription ${id}`, armUrl(`/subscriptions/${id}`, "resources"));
}

export interface ResourceProvider {
  readonly registrationState?: string;
  readonly resourceTypes?: readonly {
    readonly resourceType: string;
    readonly locations?: readonly string[];
  }[];
}

/** Microsoft.Compute, as registered and offered in the subscription. */
export function findCompute(
  session: AzureSession,
  subscription: string,
): Promise<ResourceProvider | undefined> {
  const url = armUrl(`/subscriptions/${subscription}/providers/Microsoft.Compute`, "groups");
  return findResource(session, "get Microsoft.Compute", url);
}

export function findGroup(session: AzureSession, id: string): Promise<Tracked | undefined> {
  return findResource(session, `get resource group ${id.split("/").at(-1)}`, armUrl(id, "groups"));
}

export function listGroups(session: AzureSession, subscription: string): Promise<Tracked[]> {
  const url = armUrl(`/subscriptions/${subscription}/resourceGroups`, "groups");
  return listResources(session, "list resource groups", url);
}

/** All top-level resources of a resource group, with their tags; an absent group has none. */
export function listInGroup(session: AzureSession, groupId: string): Promise<Tracked[]> {
  const what = `list what is in resource group ${groupId.split("/").at(-1)}`;
  return listResources(session, what, armUrl(`${groupId}/resources`, "groups"));
}

/** Deletes the group and everything in it. An absent one is accepted. */
export async function deleteGroup(session: AzureSession, id: string): Promise<void> {
  const request = { method: "DELETE", url: armUrl(id, "groups"), accept: [404] } as const;
  await runOperation(session, `delete resource group ${id.split("/").at(-1)}`, request);
}

/**
 * The permissions of one of the caller's roles at a scope. `actions` of all roles add up; `notActions` only apply to
 * their own role.
 */
export interface RolePermissions {
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
}

/**
 * The caller's own permissions, at the scope and inherited by it.
 * learn.microsoft.com/rest/api/authorization/permissions, 2026-11.
 *
 * @param scope ARM id of a group or subscription
 * @returns `undefined` if the scope does not exist
 */
export async function listPermissions(
  session: AzureSession,
  scope: string,
): Promise<readonly RolePermissions[] | undefined> {
  const url = armUrl(`${scope}/providers/Microsoft.Authorization/permissions`, "authorization");
  const what = `list the permissions on ${scope}`;
  const found = await findResource<{ value?: readonly RolePermissions[] }>(session, what, url);
  return found && (found.value ?? []);
}

/** A management lock; its id begins with the scope that is locked. */
export interface Lock {
  readonly id: string;
  readonly name: string;
  readonly level: string;
}

/**
 * Locks on a resource group and on what is in it (Management Locks - List At Resource Group Level,
 * azure-rest-api-specs, Microsoft.Authorization 2020-05-01, read 2026-11-29). An absent group has none.
 */
export async function listLocks(session: AzureSession, groupId: string): Promise<Lock[]> {
  const what = `list the locks of resource group ${groupId.split("/").at(-1)}`;
  const url = armUrl(`${groupId}/providers/Microsoft.Authorization/locks`, "locks");
  const found = await listResources<Lock & { properties?: { level?: string } }>(session, what, url);
  return found.map(({ id, name, properties }) => ({ id, name, level: properties?.level ?? "" }));
}
