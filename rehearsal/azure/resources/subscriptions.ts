import { API_VERSIONS } from "../arm/api-versions";
import { ArmError } from "../arm/errors";
import type { ArmRequest, Route } from "../arm/http";
import { computeLocations, displayName, locationNames } from "../arm/locations";
import { type Cloud, contentsOf } from "../cloud";
import type { Caller } from "../identity";

const subscription = (caller: Caller) => ({
  id: `/subscriptions/${caller.subscription}`,
  subscriptionId: caller.subscription,
  tenantId: caller.tenant,
  displayName: `Rehearsal: ${caller.name}`,
  state: "Enabled",
  authorizationSource: "RoleBased",
  subscriptionPolicies: { quotaId: "PayAsYouGo_2014-09-01", spendingLimit: "Off" },
});

const computeTypes = [
  ["disks", API_VERSIONS.disks],
  ["galleries", API_VERSIONS.galleries],
  ["galleries/images", API_VERSIONS.galleries],
  ["galleries/images/versions", API_VERSIONS.galleries],
] as const;

const provider = (caller: Caller, namespace: string) => {
  if (!/^Microsoft\.(Compute|Resources)$/i.test(namespace)) {
    throw new ArmError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);
  }
  const name = /compute/i.test(namespace) ? "Microsoft.Compute" : "Microsoft.Resources";
  return {
    id: `/subscriptions/${caller.subscription}/providers/${name}`,
    namespace: name,
    registrationState: "Registered",
    registrationPolicy: "RegistrationRequired",
    resourceTypes:
      name === "Microsoft.Compute"
        ? computeTypes.map(([resourceType, apiVersions]) => ({
            resourceType,
            locations: computeLocations.map(displayName),
            apiVersions: [...apiVersions].reverse(),
          }))
        : [
            {
              resourceType: "resourceGroups",
              locations: [],
              apiVersions: [...API_VERSIONS.resourceGroups].reverse(),
            },
          ],
  };
};

const location = (caller: Caller, name: string) => ({
  id: `/subscriptions/${caller.subscription}/locations/${name}`,
  name,
  displayName: displayName(name),
  regionalDisplayName: displayName(name),
  metadata: { regionType: "Physical", regionCategory: "Recommended" },
});

/** Tenants, subscriptions, their regions and providers: read by clients at start. */
export function subscriptionRoutes(cloud: Cloud): Route[] {
  const list = (value: unknown[]) => ({ status: 200, body: { value } });
  const SUBSCRIPTION = "/subscriptions/{subscription}";
  return [
    {
      method: "GET",
      path: "/tenants",
      family: "subscriptions",
      handle: ({ caller }) => list([{ id: `/tenants/${caller.tenant}`, tenantId: caller.tenant }]),
    },
    {
      method: "GET",
      path: "/subscriptions",
      family: "subscriptions",
      handle: ({ caller }) => list([subscription(caller)]),
    },
    {
      method: "GET",
      path: SUBSCRIPTION,
      family: "subscriptions",
      handle: ({ caller }) => ({ status: 200, body: subscription(caller) }),
    },
    {
      method: "GET",
      path: `${SUBSCRIPTION}/locations`,
      family: "subscriptions",
      query: ["includeExtendedLocations"],
      handle: ({ caller }) => list(locationNames.map((name) => location(caller, name))),
    },
    {
      method: "GET",
      path: `${SUBSCRIPTION}/providers`,
      family: "resourceGroups",
      query: ["$expand"],
      handle: ({ caller }) =>
        list(["Microsoft.Compute", "Microsoft.Resources"].map((name) => provider(caller, name))),
    },
    {
      method: "GET",
      path: `${SUBSCRIPTION}/providers/{namespace}`,
      family: "resourceGroups",
      query: ["$expand"],
      handle: ({ caller, params }) => ({ status: 200, body: provider(caller, params.namespace ?? "") }),
    },
    {
      method: "POST",
      path: `${SUBSCRIPTION}/providers/{namespace}/register`,
      family: "resourceGroups",
      handle: ({ caller, params }) => ({ status: 200, body: provider(caller, params.namespace ?? "") }),
    },
    {
      method: "GET",
      path: "/metadata/endpoints",
      open: true,
      handle: (request) => endpoints(cloud, request),
    },
  ];
}

/**
 * Cloud discovery, read by clients with a custom cloud before sign-in: one cloud in the form of 2015, a list of
 * clouds in the forms since 2019.
 */
function endpoints(cloud: Cloud, { base, query }: ArmRequest) {
  const login = `${base}/`;
  const audiences = ["https://management.core.windows.net/", "https://management.azure.com/", base];
  if (query.get("api-version") === "2015-01-01") {
    const authentication = { loginEndpoint: login, audiences };
    return {
      status: 200,
      body: { galleryEndpoint: base, graphEndpoint: base, portalEndpoint: base, authentication },
    };
  }
  const { storage } = contentsOf(cloud);
  const entry = {
    name: "AzureCloud",
    portal: base,
    authentication: { loginEndpoint: login, audiences, tenant: "common", identityProvider: "AAD" },
    resourceManager: base,
    microsoftGraphResourceId: base,
    graph: base,
    graphAudience: base,
    media: base,
    batch: base,
    vmImageAliasDoc: base,
    suffixes: { storage: `127.0.0.1:${storage.port}`, keyVaultDns: "vault.invalid" },
  };
  return { status: 200, body: [entry] };
}
