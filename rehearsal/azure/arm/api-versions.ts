import { ArmError } from "./errors";

/** Resource Manager accepts all of its own versions for its own paths: groups, subscriptions, providers. */
const ARM = (
  "2016-06-01 2019-11-01 2020-01-01 2020-10-01 2021-01-01 2021-04-01 2022-09-01 2022-12-01 2023-07-01 2024-03-01 " +
  "2024-07-01 2024-11-01 2025-03-01 2025-04-01"
).split(" ");

/**
 * Accepted api-versions by resource type: those in the type docs of @pulumi/azure-native 3.28.0, and the ones
 * @azure/arm-compute 24.1.0, azure-mgmt-compute 39.0.0 and azure-mgmt-resource 26.0.0 use.
 */
export const API_VERSIONS = {
  disks: [..."2022-07-02 2023-01-02 2023-04-02 2023-10-02 2024-03-02 2025-01-02 2026-03-02".split(" ")],
  galleries: [..."2022-03-03 2022-08-03 2023-07-03 2024-03-03 2025-03-03 2025-12-03 2026-03-03".split(" ")],
  resourceGroups: ARM,
  subscriptions: ARM,
  locks: ["2016-09-01", "2020-05-01"],
  authorization: ["2015-07-01", "2018-07-01", "2022-04-01"],
} as const;

export type ApiFamily = keyof typeof API_VERSIONS;

/** Refuses a missing, malformed or unknown api-version like ARM. */
export function checkApiVersion(
  version: string | null,
  family: ApiFamily,
  type: string,
  location: string,
): void {
  if (!version) {
    throw new ArmError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  const supported: readonly string[] = API_VERSIONS[family];
  if (supported.includes(version)) return;
  const list = supported.join(", ");
  if (
    !/^\d{4}-\d\d-\d\d(-preview)?$/.test(version) ||
    family === "resourceGroups" ||
    family === "subscriptions"
  ) {
    throw new ArmError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. The supported versions are '${list}'.`,
    );
  }
  throw new ArmError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for location '${location}' and API version '${version}' for type '${type}'. The supported api-versions are '${list}'. The supported locations are ''.`,
  );
}
