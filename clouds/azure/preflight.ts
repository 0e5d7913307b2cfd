/** Everything that Azure would refuse late, asked first. */
import { CloudFailure, failedWith } from "../failure";
import { armUrl, type AzureSession, findResource, namesNoSubscription } from "./http";

export interface AzurePreflightPlan {
  subscriptionId: string;
  resourceGroup: string;
  resourceGroupExists: boolean;
  location: string;
  regions: readonly string[];
  gallery: string;
  disks: readonly NamedBytes[];
  /** Named `definition/version`. */
  versions: readonly NamedBytes[];
  /** Value of the tag `imprimatur:stack` on what this stack made. */
  stack: string;
}

/** SHA-256 of the raw disk, hex. */
export interface NamedBytes {
  name: string;
  sha256: string;
}

/** Problems, each with its cure; none: go ahead. */
export async function preflightAzure(session: AzureSession, plan: AzurePreflightPlan): Promise<string[]> {
  const root = `/subscriptions/${plan.subscriptionId}`;
  const subscription = await findResource<{ state?: string }>(
    session,
    `get subscription ${plan.subscriptionId}`,
    armUrl(root, "resources"),
  ).catch((error: unknown) => {
    if (error instanceof CloudFailure && namesNoSubscription(error)) return undefined;
    throw error;
  });
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
    ...namesOf(plan).map((name) => checkName(session, root, plan, name)),
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

/** A name in the resource group that must be free, or hold what this stack made of the same bytes. */
async function checkName(
  session: AzureSession,
  root: string,
  { resourceGroup, stack }: AzurePreflightPlan,
  { what, path, family, sha256 }: Taken,
): Promise<string[]> {
  const id = `${root}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/${path}`;
  let tags: Record<string, string>;
  try {
    const found = await findResource<{ tags?: typeof tags }>(session, `get ${what}`, armUrl(id, family));
    if (!found) return [];
    tags = found.tags ?? {};
  } catch (error) {
    // A group or gallery that is not made yet holds nothing.
    if (failedWith(error, "absent")) return [];
    throw error;
  }
  if (tags["imprimatur:stack"] !== stack) {
    const cure = "delete it, or publish under another version";
    return [`${what} is taken, by something that this stack did not make; ${cure}`];
  }
  const held = tags["imprimatur:digest"];
  if (held === undefined || held === `sha256:${sha256}`) return [];
  const cure = "give the new build a version of its own, or restore the image file";
  return [`${what} was made of other bytes (${held}) than the image file says (sha256:${sha256}); ${cure}`];
}

interface Taken {
  /** For people. */
  what: string;
  /** Below Microsoft.Compute. */
  path: string;
  family: "disks" | "galleries";
  sha256: string;
}

function namesOf({ resourceGroup, gallery, disks, versions }: AzurePreflightPlan): Taken[] {
  return [
    ...disks.map(({ name, sha256 }) => ({
      what: `disk ${resourceGroup}/${name}`,
      path: `disks/${name}`,
      family: "disks" as const,
      sha256,
    })),
    ...versions.map(({ name, sha256 }) => ({
      what: `version ${gallery}/${name}`,
      path: `galleries/${gallery}/images/${name.replace("/", "/versions/")}`,
      family: "galleries" as const,
      sha256,
    })),
  ];
}
