import type { Rehearsed } from "./rehearsed";

/** Creates a resource group of the stranger's, in a separate process, which trusts the stand-in's certificate. */
const MAKE_GROUP = `
  const { AZURE_RESOURCE_MANAGER_ENDPOINT: arm, AZURE_SUBSCRIPTION_ID: id, AZURE_TOKEN: token } = process.env;
  fetch(arm.replace(/\\/$/, "") + "/subscriptions/" + id + "/resourcegroups/mine?api-version=2024-03-01", {
    method: "PUT",
    headers: { authorization: "Bearer " + token, "content-type": "application/json" },
    body: JSON.stringify({ location: "eastus" }),
  }).then((answer) => process.exit(answer.ok ? 0 : 1));`;

/** The rehearsal's variables of somebody with accounts of their own and nothing of the publisher's. */
export function strangerOf({ env }: Rehearsed): Record<string, string> {
  const own = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AZURE_TOKEN", "AZURE_SUBSCRIPTION_ID"];
  const arm = ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"];
  return {
    ...env,
    ...Object.fromEntries([...own, ...arm].map((name) => [name, env[`STRANGER_${name}`]!])),
    GOOGLE_OAUTH_ACCESS_TOKEN: env.STRANGER_GCP_TOKEN!,
    IMPRIMATUR_SIGNING_KEY: "",
  };
}

/** Creates the resource group `mine` of the stranger's. */
export async function makeStrangersGroup(
  { checkout }: Rehearsed,
  env: Record<string, string>,
): Promise<void> {
  const { status } = await checkout.run(process.execPath, ["-e", MAKE_GROUP], { env });
  if (status !== 0) throw new Error(`the stranger's resource group: exit ${status}`);
}
