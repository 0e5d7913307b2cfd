import { isReservedDomain } from "../../facts/reserved";
import type { Reserved, ReservedValues } from "../cloud";
import type { AzureConfig } from "./schema";

/** The nil and max UUIDs of RFC 9562, and those that documentation counts up: `00000000-0000-0000-0000-000000000001`. */
const FICTITIOUS =
  /^(0{8}-0{4}-0{4}-0{4}-0{8}[0-9a-f]{4}|(.)\2{7}(-\2{4}){3}-\2{12}|01234567-89ab-cdef-0123-456789abcdef)$/;

export const azureReserved: ReservedValues<AzureConfig> = {
  endpoints: ["AZURE_RESOURCE_MANAGER_ENDPOINT"],
  hosts: /(^|\.)management\.(azure\.com|chinacloudapi\.cn|usgovcloudapi\.net)$/,
  find: ({ subscriptionId, gallery }) => {
    const { community, subscriptions, tenants } = gallery.sharing;
    const sharing = ["gallery", "sharing"] as const;
    return [
      ...(subscriptionId === undefined ? [] : ids(["subscriptionId"], [subscriptionId], "your subscription")),
      ...ids([...sharing, "subscriptions"], subscriptions, "a subscription you share with", true),
      ...ids([...sharing, "tenants"], tenants, "a tenant you share with", true),
      ...(["publisherUri", "publisherContact", "eula"] as const).flatMap((key): Reserved[] => {
        const given = community?.[key];
        if (given === undefined || !isReservedDomain(given)) return [];
        const because = "an address that nobody can have (RFC 2606), and Azure shows it to everyone";
        return [{ path: [...sharing, "community", key], given, because, needs: "the publisher's own" }];
      }),
    ];
  },
};

function ids(path: Reserved["path"], values: readonly string[], needs: string, isList = false): Reserved[] {
  return values.flatMap((given, index) =>
    FICTITIOUS.test(given)
      ? [{ path: isList ? [...path, index] : path, given, because: "an id of documentation", needs }]
      : [],
  );
}
