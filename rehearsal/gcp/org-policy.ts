import { GoogleError } from "./errors";
import { type Incoming, type Route, route } from "./http/route";
import type { SettingsStore } from "./settings";

/** The organisation's own customer id, in Cloud Identity's form. */
const CUSTOMER = "C0rehears";

/** Constraints on the members of IAM policies, with the effective policy of a free and a restricted project. */
const CONSTRAINTS: Readonly<Record<string, { readonly free: object; readonly restricted: object }>> = {
  "iam.allowedPolicyMemberDomains": {
    free: { allowAll: true },
    restricted: { values: { allowedValues: [CUSTOMER] } },
  },
  "iam.managed.allowedPolicyMembers": {
    free: { enforce: false },
    restricted: {
      enforce: true,
      parameters: {
        allowedPrincipalSets: [`//cloudresourcemanager.googleapis.com/organizations/1${"0".repeat(11)}`],
      },
    },
  },
};

/**
 * Organization Policy API v2, the one method needed by a publisher
 * (cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy, read
 * 2026-11).
 */
export function orgPolicyRoutes(
  settings: SettingsStore,
  mayUse: (incoming: Incoming, permission: string) => string,
): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/v2/projects/{project}/policies/{constraint}:getEffectivePolicy",
      handle(incoming) {
        const project = mayUse(incoming, "orgpolicy.policy.get");
        const { domainRestrictedSharing, constraint: set } = settings.current;
        const name = incoming.params.constraint ?? "";
        const constraint = CONSTRAINTS[name];
        if (!constraint) throw new GoogleError(404, "notFound", `Constraint ${name} was not found.`);
        const restricted = domainRestrictedSharing && set === name;
        const rules = [restricted ? constraint.restricted : constraint.free];
        return { json: { name: `projects/${project}/policies/${name}`, spec: { rules } } };
      },
    }),
  ];
}
