/** Checks for everything that AWS would refuse late, before the upload and in all regions at once. */
import type { Image, InstanceTypeInfo } from "@aws-sdk/client-ec2";
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
import { tagFilters, tagRecord } from "./api/tags";
import { identityProblem } from "./identity";
import { checkQuotas, type QuotaNeeds } from "./quotas";
import { describeDouble, describeOwner } from "../owner";
import { pointerOwner } from "./pointer";

export interface PreflightPlan {
  homeRegion: string;
  regions: readonly PlannedRegion[];
  product: string;
  /** Version of the release. */
  release: string;
  /** The images of every region after the publication. */
  images: readonly PlannedImage[];
  /** Names of the SSM parameters that will hold them. */
  pointers: readonly string[];
  accountId?: string;
  /** Instances that will be launched in the home region. */
  launches?: readonly PlannedLaunch[];
  /** Value of the tag `imprimatur:stack` on this stack's own images, which may already have the names. */
  stack: string;
  /** This stack's state has nothing of the release yet: an object with its tags is not its own. Absent: it has. */
  isFirst?: boolean;
}

export interface PlannedRegion {
  region: string;
  /** Shared with everyone there. */
  public: boolean;
  /** Shared there with accounts or organisations. Absent: written by a version without this field. */
  shared?: boolean;
  /** Number of public images of the whole stack there afterwards. Absent: written by a version without this field. */
  publicImages?: number;
  /** Number of accounts, organisations and units that an image is shared with there, if above the default quota. */
  grantees?: number;
}

export interface PlannedImage {
  name: string;
  architecture: string;
  /** SHA-256 of the raw disk, hex. */
  sha256: string;
}

export interface PlannedLaunch {
  architecture: string;
  /** `uefi`, `uefi-preferred`, `legacy-bios` */
  bootMode: string;
  instanceType: string;
}

/** Opens a session in a region. */
export type OpenRegion = (region: string) => Session;

export interface PreflightResult {
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

function regionProblem(region: string, known: ReadonlyMap<string, string>): string | undefined {
  const status = known.get(region);
  if (status === undefined) {
    return `${region}: the account's partition has no such region; correct its name or take it out of the config`;
  }
  if (status !== "not-opted-in") return undefined;
  return (
    `${region}: the account has not opted in; run \`aws account enable-region --region-name ${region}\` ` +
    "and wait until it is enabled (minutes to hours), or take the region out of the config"
  );
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

/**
 * A snapshot created under encryption by default stays encrypted: sharing it is refused as the last step, and only a
 * new copy under another key helps. Under the AWS managed key nothing can be shared at all
 * (github.com/hashicorp/packer/issues/7499 of 2019-04: "Encrypted snapshots with EBS default key cannot be shared";
 * EBS User Guide, "Share an Amazon EBS snapshot", read 2026-11).
 */
function encryptionFinding(
  region: string,
  encryption: { key: string } | undefined,
  reach: readonly PlannedRegion[],
): { problem?: string; warning?: string } {
  if (encryption === undefined) return {};
  const fact = `${region}: EBS encryption by default is on, so snapshots made there are encrypted`;
  const cure = `run \`aws ec2 disable-ebs-encryption-by-default --region ${region}\``;
  if (reach.some((entry) => entry.public)) return { problem: `${fact} and can never be public; ${cure}` };
  const { key } = encryption;
  if (!reach.some((entry) => entry.shared))
    return { warning: `${fact}; what is shared later has to be made again unencrypted before: ${cure}` };
  if (isManagedKey(key))
    return { problem: `${fact} under the AWS managed key ${key} and can never be shared; ${cure}` };
  return {
    warning: `${fact} under the key ${key}: whoever they are shared with needs that key too (its key policy), or ${cure}`,
  };
}

/** `alias/aws/ebs`, or no key configured (GetEbsDefaultKmsKeyId, EC2 API reference, read 2026-11). */
function isManagedKey(key: string): boolean {
  return key === "" || /(^|[:/])alias\/aws\/ebs$/.test(key);
}

/** Checks that the instance type can boot the image and shows its console at once. */
function launchFinding(
  region: string,
  { architecture, bootMode, instanceType }: PlannedLaunch,
  type: InstanceTypeInfo | undefined,
): { problem?: string; warning?: string } {
  const cure = `name another one in imprimatur:aws.bootCheck.instanceType.${architecture}`;
  if (type === undefined) return { problem: `${region}: there is no instance type ${instanceType}; ${cure}` };
  const architectures: string[] = type.ProcessorInfo?.SupportedArchitectures ?? [];
  const bootModes: string[] = type.SupportedBootModes ?? [];
  if (!architectures.includes(architecture)) {
    return {
      problem: `${region}: ${instanceType} is for ${architectures.join(" and ")}, not for ${architecture}; ${cure}`,
    };
  }
  if (bootMode !== "uefi-preferred" && !bootModes.includes(bootMode)) {
    return {
      problem: `${region}: ${instanceType} starts images with ${bootModes.join(" or ")}, and this one needs ${bootMode}; ${cure}`,
    };
  }
  // A bare-metal instance is on Nitro too.
  if (type.Hypervisor !== "xen") return {};
  return {
    warning: `${region}: ${instanceType} is not on Nitro, so its console is told only minutes later; ${cure}`,
  };
}

const NEW_VERSION =
  "give the new build a version of its own, or take the release's line out of the stack file and run `pulumi up` first";

/** The name is taken: by an image of another owner, by one of ours with other bytes, or by a disabled one. */
function nameProblem(plan: PreflightPlan, region: string, image: Image): string[] {
  const { ImageId: id, Name: name } = image;
  const tags = tagRecord(image.Tags);
  if (image.State === "disabled" && tags[TAG.stack] === plan.stack) {
    return [
      `${region}: this stack's ${id} (${name}) is disabled, and holds the name; run ` +
        `\`aws ec2 enable-image --region ${region} --image-id ${id}\`, or deregister it, then run \`pulumi up --refresh\``,
    ];
  }
  if (tags[TAG.stack] !== plan.stack) {
    return [
      `${region}: the image name ${JSON.stringify(name)} is taken by ${id}, ${describeOwner(tags[TAG.stack])}; ` +
        "change `image.nameTemplate` in imprimatur:aws, or deregister it if it may go",
    ];
  }
  const wanted = plan.images.find((image) => image.name === name);
  const digest = tags[TAG.digest];
  if (wanted === undefined || digest === undefined || digest === `sha256:${wanted.sha256}`)
    return plan.isFirst
      ? [`${region}: the image name ${JSON.stringify(name)} is taken by ${id}, ${describeDouble(plan.stack)}`]
      : [];
  return [
    `${region}: ${id} (${name}) holds other bytes, ${digest}, than the image file now says, ` +
      `sha256:${wanted.sha256}; ${NEW_VERSION}`,
  ];
}

/** An image under another name whose tags name this release, with other bytes. */
function releaseProblem(plan: PreflightPlan, region: string, image: Image): string[] {
  const { ImageId: id, Name: name, Architecture: architecture } = image;
  const tags = tagRecord(image.Tags);
  const digest = tags[TAG.digest];
  const wanted = plan.images.find((of) => of.architecture === architecture);
  if (wanted === undefined || digest === undefined || digest === `sha256:${wanted.sha256}`) return [];
  if (plan.images.some((of) => of.name === name)) return []; // Its name is checked by `nameProblem`.
  return [
    `${region}: ${id} (${name}, stack ${tags[TAG.stack] ?? "unknown"}) is ${plan.product} ${plan.release} ` +
      `for ${architecture} too, with other bytes, ${digest}, than the image file says, sha256:${wanted.sha256}; ` +
      "give this build a version of its own, or deregister that image",
  ];
}
