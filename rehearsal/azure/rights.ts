import { noteRight } from "../asked-rights";
import type { Gate, Route } from "./arm/http";
import { type Cloud, contentsOf, groupId, keyOf } from "./cloud";
import type { Caller } from "./identity";
import { allows, type Role, roleNamed } from "./roles";
import { actionOf, authorizationFailed } from "./scope";

/** A caller's roles at a scope: those assigned there and above. A deleted group's assignments are gone with it. */
export function rolesAt(cloud: Cloud, { assignments, without = [] }: Caller, scope: string): Role[] {
  const { groups } = contentsOf(cloud);
  const place = `${keyOf(scope)}/`;
  return assignments
    .filter((one) => place.startsWith(`${keyOf(one.scope)}/`))
    .filter((one) => !/\/resourcegroups\//i.test(one.scope) || groups[keyOf(one.scope)] !== undefined)
    .map(({ role }) => {
      const { actions, notActions, dataActions } = roleNamed(role);
      const left = (all: readonly string[]) => all.filter((action) => !without.includes(action));
      return { actions: left(actions), notActions, dataActions: left(dataActions) };
    });
}

/** Any role in a subscription makes the subscription visible. */
const SUBSCRIPTION = /^\/subscriptions\/[^/]+$/i;

/** Checks that one of the caller's roles allows the request's action, where required. */
export const rightsGate =
  (cloud: Cloud): Gate =>
  ({ params, caller, method, path }) => {
    if (params.subscription === undefined) return;
    if (SUBSCRIPTION.test(path) && method === "GET" && caller.assignments.length > 0) return;
    const action = actionOf(method, path);
    if (!noteRight(action, allows(rolesAt(cloud, caller, path), action)))
      throw authorizationFailed(caller, action, path);
  };

/**
 * The caller's permissions, as a list of role contents: Permissions - List For Resource Group, and of a subscription,
 * azure-rest-api-specs, Microsoft.Authorization 2022-04-01 (from memory, 2026-11).
 */
export function permissionRoutes(cloud: Cloud): Route[] {
  const list = (caller: Caller, scope: string) => ({
    status: 200,
    body: {
      value: rolesAt(cloud, caller, scope).map((role) => ({ ...role, notDataActions: [] })),
      nextLink: null,
    },
  });
  const SCOPE = "/subscriptions/{subscription}";
  const LIST = "providers/Microsoft.Authorization/permissions";
  return [
    {
      method: "GET",
      path: `${SCOPE}/${LIST}`,
      family: "authorization",
      handle: ({ caller, params }) => list(caller, `/subscriptions/${params.subscription}`),
    },
    {
      method: "GET",
      path: `${SCOPE}/resourceGroups/{group}/${LIST}`,
      family: "authorization",
      handle: ({ caller, params }) => list(caller, groupId(params.subscription ?? "", params.group ?? "")),
    },
  ];
}
