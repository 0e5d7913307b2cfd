/** Checks for everything that AWS would refuse late, before the upload and in all regions at once. */
import { TAG } from "../../facts/tags";
import { CloudFailure, failedWith } from "../failure";
import { ASKING } from "../ask-rights";
import {
  defaultKey,
  describeInstanceType,
  describeRegions,
  encryptsByDefault,
  getCallerIdentity,
  imagePublicAccess,
  snapshotPublicAccess,
} from "./api/account";
import { describeImages } from "./api/images";
import { parameterTags } from "./api/parameters";
import type { Session } from "./api/session";
import { tagFilters } from "./api/tags";
import { identityProblem } from "./identity";
import { checkQuotas, type QuotaNeeds } from "./quotas";
import { pointerOwner } from "./pointer";
import type { PlannedRegion, PreflightPlan } from "./preflight-plan";
import {
  encryptionFinding,
  launchFinding,
  nameProblem,
  regionProblem,
  releaseProblem,
} from "./preflight-rules";

/** Opens a session in a region. */
type OpenRegion = (region: string) => Session;

interface PreflightResult {
  accountId: string;
  /** Each with its region and its cure; any of them means that the publication would fail. */
  problems: string[];
  /** Checks that could not be made, and settings that are unusual but allowed. */
  warnings: string[];
}

export async function runPreflight(open: OpenRegion, plan: PreflightPlan): Promise<PreflightResult> {
  const result: PreflightResult = { accountId: "", problems: [], warnings: [] };
  const home = open(plan.homeRegion);
  const twoIdentities = identityProblem();
  if (twoIdentities !== undefined) {
    result.problems.push(twoIdentities);
    return result;
  }
  // Without an account no other check is possible: each would get the same refusal.
  result.accountId = (await getCallerIdentity(home)).account;
  if (plan.accountId !== undefined && plan.accountId !== result.accountId) {
    result.problems.push(
      `the credentials belong to account ${result.accountId}, the config asks for ${plan.accountId}; ` +
        "use the right profile (AWS_PROFILE), or change `accountId` in the config",
    );
    return result;
  }

  const known = await describeRegions(home);
  const usable = plan.regions.filter(({ region }) => {
    const problem = regionProblem(region, known);
    if (problem) result.problems.push(problem);
    return !problem;
  });
  const answers = await Promise.all(
    usable.map((entry) => {
      const session = entry.region === home.region ? home : open(entry.region);
      return checkRegion(session, plan, entry, known.get(entry.region) === "opted-in");
    }),
  );
  for (const answer of answers) {
    result.problems.push(...answer.problems);
    result.warnings.push(...answer.warnings);
  }
  return result;
}

type Findings = Pick<PreflightResult, "problems" | "warnings">;

async function checkRegion(
  session: Session,
  plan: PreflightPlan,
  entry: PlannedRegion,
  optedIn: boolean,
): Promise<Findings> {
  const { region, public: isPublic } = entry;
  const findings: Findings = { problems: [], warnings: [] };
  const isHome = region === plan.homeRegion;

  const checks: Promise<void>[] = [];
  let refusedInOptedIn: string | undefined;
  const check = <T>(name: string, asked: Promise<T>, judge: (answer: T) => void) => {
    checks.push(
      asked.then(judge, (error: unknown) => {
        if (failedWith(error, "cancelled")) throw error;
        const message = error instanceof Error ? error.message : String(error);
        // A missing permission to check does not stop the publication: the problem itself, if any, then appears
        // later.
        const mayNotAsk = error instanceof CloudFailure && /Unauthorized|AccessDenied/.test(error.code ?? "");
        if (mayNotAsk) findings.warnings.push(`${region}: could not check ${name}: ${message}`);
        // The same credentials were accepted in the home region: one line, not one for each check.
        else if (optedIn && failedWith(error, "unauthenticated")) refusedInOptedIn = message;
        else findings.problems.push(`${region}: ${message}`);
      }),
    );
  };

  if (isPublic) {
    check("GetImageBlockPublicAccessState", imagePublicAccess(session), (state) => {
      if (state === "unblocked") return;
      findings.problems.push(
        `${region}: block public access for AMIs is on (${state}), so no AMI can be made public; run ` +
          `\`aws ec2 disable-image-block-public-access --region ${region}\` (takes up to 10 minutes), or set the region private`,
      );
    });
    check("GetSnapshotBlockPublicAccessState", snapshotPublicAccess(session), (state) => {
      if (state === "unblocked") return;
      findings.problems.push(
        `${region}: block public access for snapshots is on (${state}), so no snapshot can be made public; run ` +
          `\`aws ec2 disable-snapshot-block-public-access --region ${region}\`, or set the region private`,
      );
    });
  }
  const needs: QuotaNeeds = {
    region,
    stack: plan.stack,
    images: plan.images.map(({ name }) => name),
    publicImages: isPublic ? entry.publicImages : undefined,
    grantees: entry.grantees,
  };
  checks.push(
    checkQuotas({ ...session, policy: ASKING }, needs).then(({ problems, warnings }) => {
      findings.problems.push(...problems);
      findings.warnings.push(...warnings);
    }),
  );
  // Every copy of a snapshot that is encrypted in the home region is encrypted; a region with encryption by default
  // encrypts its own copies.
  const reach = isHome ? plan.regions : [entry];
  if (isHome || isPublic || entry.shared) {
    check("GetEbsEncryptionByDefault", encryptionOf(session), (encryption) => {
      const { problem, warning } = encryptionFinding(region, encryption, reach);
      if (problem !== undefined) findings.problems.push(problem);
      if (warning !== undefined) findings.warnings.push(warning);
    });
  }
  if (plan.images.length > 0) {
    const names = plan.images.map(({ name }) => name);
    check("DescribeImages", describeImages(session, { own: [{ Name: "name", Values: names }] }), (images) =>
      findings.problems.push(...images.flatMap((image) => nameProblem(plan, region, image))),
    );
    const tags = { [TAG.product]: plan.product, [TAG.release]: plan.release };
    check("DescribeImages by tag", describeImages(session, { own: tagFilters(tags) }), (images) =>
      findings.problems.push(...images.flatMap((image) => releaseProblem(plan, region, image))),
    );
  }
  for (const name of plan.pointers) {
    check(`ListTagsForResource ${name}`, parameterTags(session, name), (tags) => {
      if (tags === undefined || tags[TAG.stack] === plan.stack) return;
      findings.problems.push(
        `${region}: the parameter ${name} is there already, and ${pointerOwner(tags[TAG.stack])}; ` +
          "change `pointers` in imprimatur:aws, or delete it if it may go",
      );
    });
  }
  for (const launch of isHome ? (plan.launches ?? []) : []) {
    check(
      `DescribeInstanceTypes ${launch.instanceType}`,
      describeInstanceType(session, launch.instanceType),
      (type) => {
        const { problem, warning } = launchFinding(region, launch, type);
        if (problem !== undefined) findings.problems.push(problem);
        if (warning !== undefined) findings.warnings.push(warning);
      },
    );
  }
  await Promise.all(checks);
  if (refusedInOptedIn !== undefined)
    findings.problems.push(`${region}: ${refusedInOptedIn}; ${GLOBAL_TOKEN}`);
  return findings;
}

/**
 * "Session tokens from the global endpoint are valid only in AWS Regions that are enabled by default" (IAM User Guide, "Manage
 * AWS STS in an AWS Region", read 2026-11).
 */
const GLOBAL_TOKEN =
  "a session from the global endpoint of STS is refused in regions that were opted in to: take one from a regional endpoint " +
  "(AWS_STS_REGIONAL_ENDPOINTS=regional), or let the account's global one serve all regions " +
  "(aws iam set-security-token-service-preferences --global-endpoint-token-version v2Token)";

/** `undefined`: snapshots are not encrypted by default. */
async function encryptionOf(session: Session): Promise<{ key: string } | undefined> {
  return (await encryptsByDefault(session)) ? { key: await defaultKey(session) } : undefined;
}
