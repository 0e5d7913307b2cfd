/** Checks for everything that Azure would refuse late, before the upload. */
import { identityTag } from "../../facts/disk-identity";
import { TAG } from "../../facts/tags";
import { CloudFailure, failedWith } from "../failure";
import { findDisk } from "./api/disks";
import { findVersion, spellRegion } from "./api/galleries";
import { findCompute, findGroup, findSubscription, type ResourceProvider, type Tracked } from "./api/groups";
import { type AzureSession, namesNoSubscription } from "./api/session";
import { describeDouble, describeOwner } from "../owner";
import { checkGalleryLimit } from "./gallery-limits";
import { checkParents } from "./parents";
import type { AzurePreflightPlan } from "./preflight-plan";

export interface AzurePreflightReport {
  /** Each with its cure; none: the publication may proceed. */
  problems: string[];
  /** Tenant of the subscription, if visible to these credentials. */
  tenantId?: string;
}

export async function preflightAzure(
  session: AzureSession,
  plan: AzurePreflightPlan,
): Promise<AzurePreflightReport> {
  const root = `/subscriptions/${plan.subscriptionId}`;
  const subscription = await findSubscription(session, plan.subscriptionId).catch((error: unknown) => {
    if (error instanceof CloudFailure && namesNoSubscription(error)) return undefined;
    throw error;
  });
  if (!subscription) {
    const problem = `subscription ${plan.subscriptionId}: these credentials do not see it; run \`az login\` for its tenant, or correct the config`;
    return { problems: [problem] };
  }
  const problems: string[] = [];
  if (subscription.state !== undefined && subscription.state !== "Enabled") {
    problems.push(
      `subscription ${plan.subscriptionId} is ${subscription.state}; enable it in the Azure portal`,
    );
  }
  const found = await Promise.all([
    checkProvider(session, plan),
    checkGroup(session, root, plan),
    checkParents(session, root, plan),
    plan.gallerySharing === undefined ? checkGalleryLimit(session, plan) : [],
    ...namesOf(plan).map((name) => checkName(session, root, plan, name)),
  ]);
  const { tenantId } = subscription;
  return { problems: [...problems, ...found.flat()], tenantId };
}

/** Resource types of a publication that are created in the home region. */
const IN_HOME = ["disks", "galleries", "galleries/images", "galleries/images/versions"];
const IN_EVERY_REGION = ["galleries/images/versions"];

async function checkProvider(session: AzureSession, plan: AzurePreflightPlan): Promise<string[]> {
  const provider = await findCompute(session, plan.subscriptionId);
  if (provider?.registrationState !== "Registered") {
    return [
      `the subscription is not registered for Microsoft.Compute (${provider?.registrationState ?? "unknown"}); ` +
        "run `az provider register --namespace Microsoft.Compute --wait`",
    ];
  }
  return regionProblems(provider, plan);
}

/**
 * Compute's own list of regions: the subscription's list (`/locations`) includes some where Compute is not available
 * to it, e.g. those with restricted access (learn.microsoft.com/azure/virtual-machines/azure-compute-gallery,
 * "Regional support", read 2026-11). Compute uses display names: `West Europe`.
 */
function regionProblems(
  { resourceTypes = [] }: ResourceProvider,
  { location, regions }: AzurePreflightPlan,
): string[] {
  const served = (types: readonly string[], region: string) =>
    types.every((type) => {
      const found = resourceTypes.find(({ resourceType }) => resourceType.toLowerCase() === type);
      const locations = found?.locations ?? [];
      return locations.length === 0 || locations.some((name) => spellRegion(name) === spellRegion(region));
    });
  return [...new Set([location, ...regions])]
    .filter((region) => !served(region === location ? IN_HOME : IN_EVERY_REGION, region))
    .map(
      (region) =>
        `${region}: Microsoft.Compute does not serve this subscription there; correct the name, take it out of the config, ` +
        "or ask Microsoft for access if the region is restricted (aka.ms/azureregionsquotaaccess)",
    );
}

async function checkGroup(session: AzureSession, root: string, plan: AzurePreflightPlan): Promise<string[]> {
  if (!plan.resourceGroupExists) return [];
  if (await findGroup(session, `${root}/resourceGroups/${plan.resourceGroup}`)) return [];
  const cure = `run \`az group create --name ${plan.resourceGroup} --location ${plan.location}\`, or let the program make it`;
  return [`the resource group ${plan.resourceGroup} does not exist; ${cure}`];
}

/** Checks that a name in the resource group is free, or belongs to this stack's object with the same bytes. */
async function checkName(
  session: AzureSession,
  root: string,
  { resourceGroup, stack, isFirst }: AzurePreflightPlan,
  { what, path, find, sha256 }: Taken,
): Promise<string[]> {
  const id = `${root}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/${path}`;
  let tags: Readonly<Record<string, string>>;
  try {
    const found = await find(session, id);
    if (!found) return [];
    tags = found.tags ?? {};
  } catch (error) {
    // A group or gallery that does not exist yet contains nothing.
    if (failedWith(error, "absent")) return [];
    throw error;
  }
  const owner = tags[TAG.stack];
  if (owner !== stack) {
    const cure = "publish under another version, or delete it if it may go";
    return [`${what} is taken, by something ${describeOwner(owner)}; ${cure}`];
  }
  const held = tags[TAG.digest];
  if (held === undefined || held === identityTag(sha256))
    return isFirst ? [`${what} is taken, by something ${describeDouble(stack)}`] : [];
  const cure = "give the new build a version of its own, or restore the image file";
  return [
    `${what} was made of other bytes (${held}) than the image file says (${identityTag(sha256)}); ${cure}`,
  ];
}

interface Taken {
  /** For messages. */
  what: string;
  /** Below Microsoft.Compute. */
  path: string;
  readonly find: (session: AzureSession, id: string) => Promise<Pick<Tracked, "tags"> | undefined>;
  sha256: string;
}

function namesOf({ resourceGroup, gallery, disks, versions }: AzurePreflightPlan): Taken[] {
  return [
    ...disks.map(({ name, sha256 }) => ({
      what: `disk ${resourceGroup}/${name}`,
      path: `disks/${name}`,
      find: findDisk,
      sha256,
    })),
    ...versions.map(({ name, sha256 }) => ({
      what: `version ${gallery}/${name}`,
      path: `galleries/${gallery}/images/${name.replace("/", "/versions/")}`,
      find: findVersion,
      sha256,
    })),
  ];
}
