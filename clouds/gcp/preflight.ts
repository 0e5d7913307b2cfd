/** Checks for everything that Google would refuse late, before the upload. */
import { identityAtEnd, identityHex, identityTag } from "../../facts/disk-identity";
import { LABEL } from "../../facts/tags";
import { failedWith } from "../failure";
import { findImage, type GoogleImage } from "./api/images";
import { listRegions } from "./api/projects";
import type { GoogleSession } from "./api/session";
import type { Findings } from "./asking";
import { checkBucket } from "./bucket";
import { checkImageQuota } from "./image-quota";
import { describeDouble, describeOwner } from "../owner";
import { othersArchive, othersFamily } from "./others";
import type { GooglePreflightPlan, PlannedImage } from "./preflight-plan";
import { checkLicenses } from "./licenses";

/**
 * Storage locations of images other than regions. cloud.google.com/compute/docs/images/create-custom, read 2026-11.
 */
const MULTI_REGIONS = new Set(["asia", "eu", "us"]);

/** @returns the findings; no problems: the publication may proceed */
export async function preflightGoogle(session: GoogleSession, plan: GooglePreflightPlan): Promise<Findings> {
  const { project } = plan;
  // Checks credentials, project and API at once: without them every other check would get the same refusal.
  let regions: Set<string>;
  try {
    regions = new Set(await listRegions(session, project));
  } catch (error) {
    if (failedWith(error, "absent")) {
      const problem = `project ${project} does not exist, or these credentials do not see it; correct \`project\` in the config`;
      return { problems: [problem], warnings: [] };
    }
    throw error;
  }
  const [bucket, taken, licenses, ...names] = await Promise.all([
    checkBucket(session, plan),
    othersIn(session, plan),
    checkLicenses(session, plan.licenses ?? []),
    ...plan.images.map((image) => checkName(session, plan, image)),
  ]);
  const quota = await checkImageQuota(session, project, names.filter(({ isNew }) => isNew).length);
  const problems = [...bucket.problems, ...taken, ...names.flatMap(({ problems }) => problems)];
  for (const location of plan.storageLocations) {
    if (MULTI_REGIONS.has(location) || regions.has(location)) continue;
    problems.push(
      `there is no storage location ${location}; name a region of Google's, or ${[...MULTI_REGIONS].join(", ")}`,
    );
  }
  return {
    problems: [...problems, ...licenses.problems, ...quota.problems],
    warnings: [...bucket.warnings, ...licenses.warnings, ...quota.warnings],
  };
}

async function checkName(
  session: GoogleSession,
  plan: GooglePreflightPlan,
  { name, sha256 }: PlannedImage,
): Promise<{ isNew: boolean; problems: readonly string[] }> {
  const found = await findImage(session, { project: plan.project, image: name });
  if (!found) return { isNew: true, problems: [] };
  return { isNew: false, problems: nameProblems(plan, { name, sha256 }, found) };
}

function nameProblems(
  plan: GooglePreflightPlan,
  { name, sha256 }: PlannedImage,
  found: GoogleImage,
): string[] {
  const owner = found.labels?.[LABEL.stack];
  const { stack, label, formerLabel } = plan.owner;
  const taken = `the image name ${name} is taken in ${plan.project}, by an image`;
  if (owner !== label && (plan.isFirst || owner !== formerLabel)) {
    return [
      `${taken} ${describeOwner(owner)}; change \`image.nameTemplate\` in imprimatur:gcp, or delete it if it may go`,
    ];
  }
  const held = heldDigest(found);
  if (held === undefined || identityTag(sha256) === held || identityHex(sha256).startsWith(held))
    return plan.isFirst ? [`${taken} ${describeDouble(stack)}`] : [];
  return [
    `${plan.project}/${name} holds other bytes, ${held}, than the image file now says, ${identityTag(sha256)}; give the ` +
      "new build a version of its own, or take the release's line out of the stack file and run `pulumi up` first",
  ];
}

/** Objects of other stacks in the place of this stack's archives and families. */
async function othersIn(
  session: GoogleSession,
  { project, bucket, archives = [], families = [], owner }: GooglePreflightPlan,
): Promise<string[]> {
  const found = await Promise.all([
    ...archives.map((object) => othersArchive(session, { bucket, object }, owner.stack)),
    ...families.map((family) => othersFamily(session, { project, family }, owner)),
  ]);
  return found.flatMap((problem) => problem ?? []);
}

/** Digest in one of our images: complete in the description, which is immutable, or its beginning in the label. */
function heldDigest({ description = "", labels = {} }: GoogleImage): string | undefined {
  return identityAtEnd(description) ?? labels[LABEL.digest];
}
