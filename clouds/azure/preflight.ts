/** Everything that Azure would refuse late, asked first. */
import { failedWith } from "../failure";
import { armUrl, type AzureSession, findResource } from "./http";

export interface AzurePreflightPlan {
  subscriptionId: string;
  resourceGroup: string;
  resourceGroupExists: boolean;
  location: string;
  regions: readonly string[];
  gallery: string;
  /** `definition/version` */
  versions: readonly string[];
  /** Value of the tag `imprimatur:stack` on this stack's own versions. */
  stack: string;
}

/** Problems, each with its cure; none: go ahead. */
export async function preflightAzure(session: AzureSession, plan: AzurePreflightPlan): Promise<string[]> {
  const root = `/subscriptions/${plan.subscriptionId}`;
  const subscription = await findResource<{ state?: string }>(
    session,
    `get subscription ${plan.subscriptionId}`,
    armUrl(root, "resources"),
  );
  if (!subscription) {
    const problem = `subscription ${plan.subscriptionId}: these credentials do not see it; run \`az login\` for its tenant, or correct the config`;
    return [problem];
  }
  const problems: string[] = [];
  if (subscription.state !== undefined && subscription.state !== "Enabled") {
    problems.push(
      `subscription ${plan.subscriptionId} is ${subscription.state}; enable it in the Azure portal`,
    );
  }
  const found = await Promise.all([
    checkProvider(session, root),
    checkRegions(session, root, plan),
    checkGroup(session, root, plan),
    ...plan.versions.map((version) => checkVersion(session, root, plan, version)),
  ]);
  return [...problems, ...found.flat()];
}

async function checkProvider(session: AzureSession, root: string): Promise<string[]> {
  const url = armUrl(`${root}/providers/Microsoft.Compute`, "groups");
  const provider = await findResource<{ registrationState?: string }>(session, "get Microsoft.Compute", url);
  if (provider?.registrationState === "Registered") return [];
  return [
    `the subscription is not registered for Microsoft.Compute (${provider?.registrationState ?? "unknown"}); ` +
      "run `az provider register --namespace Microsoft.Compute --wait`",
  ];
}

async function checkRegions(
  session: AzureSession,
  root: string,
  plan: AzurePreflightPlan,
): Promise<string[]> {
  const url = armUrl(`${root}/locations`, "resources");
  const list = await findResource<{ value?: { name: string; displayName?: string }[] }>(
    session,
    "list locations",
    url,
  );
  const spell = (name: string) => name.toLowerCase().replace(/\s/g, "");
  const known = new Set((list?.value ?? []).map(({ name }) => spell(name)));
  return [...new Set([plan.location, ...plan.regions])]
    .filter((region) => !known.has(spell(region)))
    .map(
      (region) =>
        `${region}: the subscription has no such region; correct its name, or take it out of the config`,
    );
}

async function checkGroup(session: AzureSession, root: string, plan: AzurePreflightPlan): Promise<string[]> {
  if (!plan.resourceGroupExists) return [];
  const url = armUrl(`${root}/resourceGroups/${plan.resourceGroup}`, "groups");
  if (await findResource(session, `get resource group ${plan.resourceGroup}`, url)) return [];
  const cure = `run \`az group create --name ${plan.resourceGroup} --location ${plan.location}\`, or let the program make it`;
  return [`the resource group ${plan.resourceGroup} does not exist; ${cure}`];
}

async function checkVersion(
  session: AzureSession,
  root: string,
  { resourceGroup, gallery, stack }: AzurePreflightPlan,
  name: string,
): Promise<string[]> {
  const [definition = "", version = ""] = name.split("/");
  const id = `${root}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/galleries/${gallery}/images/${definition}/versions/${version}`;
  try {
    const found = await findResource<{ tags?: Record<string, string> }>(
      session,
      `get version ${name}`,
      armUrl(id, "galleries"),
    );
    if (!found || found.tags?.["imprimatur:stack"] === stack) return [];
  } catch (error) {
    // A group or gallery that is not made yet holds no versions.
    if (failedWith(error, "absent")) return [];
    throw error;
  }
  return [
    `the version ${name} in gallery ${gallery} is taken, by something that this stack did not make; ` +
      "delete it, or publish under another version",
  ];
}
