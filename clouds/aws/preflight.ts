/** Everything that AWS would refuse late, asked first and in all regions at once. */
import { CloudFailure, failedWith } from "../failure";
import { PATIENT, retry, type RetryPolicy } from "../retry";
import { type AccountApi, accountApi } from "./account-api";
import { ec2Client, stsClient } from "./clients";
import { explainAws } from "./failure";

export interface PreflightPlan {
  homeRegion: string;
  regions: readonly { region: string; public: boolean }[];
  imageNames: readonly string[];
  accountId?: string;
  /** Value of the tag `imprimatur:stack` on this stack's own images, which may hold the names already. */
  stack: string;
}

export interface PreflightContext {
  api: (region: string) => AccountApi;
  policy: RetryPolicy;
  signal: AbortSignal;
}

export interface PreflightResult {
  accountId: string;
  /** Each with its region and its cure; any of them means that the publication would fail. */
  problems: string[];
  /** What could not be checked, or is unusual but allowed. */
  warnings: string[];
}

export function preflightContext(signal: AbortSignal): PreflightContext {
  return { api: (region) => accountApi(ec2Client(region), stsClient(region)), policy: PATIENT, signal };
}

export async function runPreflight(context: PreflightContext, plan: PreflightPlan): Promise<PreflightResult> {
  const result: PreflightResult = { accountId: "", problems: [], warnings: [] };
  const home = plan.homeRegion;
  // Without an account nothing else can be asked: every further answer would be the same refusal.
  result.accountId = await ask(context, home, "GetCallerIdentity", (api, signal) => api.account(signal));
  if (plan.accountId !== undefined && plan.accountId !== result.accountId) {
    result.problems.push(
      `the credentials belong to account ${result.accountId}, the config asks for ${plan.accountId}; ` +
        "use the right profile (AWS_PROFILE), or change `accountId` in the config",
    );
    return result;
  }

  const known = await ask(context, home, "DescribeRegions", (api, signal) => api.regions(signal));
  const usable = plan.regions.filter(({ region }) => {
    const problem = regionProblem(region, known);
    if (problem) result.problems.push(problem);
    return !problem;
  });
  const answers = await Promise.all(usable.map((entry) => checkRegion(context, plan, entry)));
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
  context: PreflightContext,
  plan: PreflightPlan,
  { region, public: isPublic }: { region: string; public: boolean },
): Promise<Findings> {
  const findings: Findings = { problems: [], warnings: [] };
  const anyPublic = plan.regions.some((entry) => entry.public);
  const isHome = region === plan.homeRegion;

  const checks: Promise<void>[] = [];
  const check = <T>(name: string, question: Question<T>, judge: (answer: T) => void) => {
    checks.push(
      ask(context, region, name, question).then(judge, (error: unknown) => {
        if (failedWith(error, "cancelled")) throw error;
        const message = error instanceof Error ? error.message : String(error);
        // A role that may publish but not ask is no reason to stop: what is wrong will then be found later.
        const mayNotAsk = error instanceof CloudFailure && /Unauthorized|AccessDenied/.test(error.code ?? "");
        if (mayNotAsk) findings.warnings.push(`${region}: could not check ${name}: ${message}`);
        else findings.problems.push(`${region}: ${message}`);
      }),
    );
  };

  if (isPublic) {
    check(
      "GetImageBlockPublicAccessState",
      (api, signal) => api.imagePublicAccess(signal),
      (state) => {
        if (state === "unblocked") return;
        findings.problems.push(
          `${region}: block public access for AMIs is on (${state}), so no AMI can be made public; run ` +
            `\`aws ec2 disable-image-block-public-access --region ${region}\` (takes up to 10 minutes), or set the region private`,
        );
      },
    );
    check(
      "GetSnapshotBlockPublicAccessState",
      (api, signal) => api.snapshotPublicAccess(signal),
      (state) => {
        if (state === "unblocked") return;
        findings.problems.push(
          `${region}: block public access for snapshots is on (${state}), so no snapshot can be made public; run ` +
            `\`aws ec2 disable-snapshot-block-public-access --region ${region}\`, or set the region private`,
        );
      },
    );
  }
  if (isPublic || isHome) {
    check(
      "GetEbsEncryptionByDefault",
      (api, signal) => api.encryptsByDefault(signal),
      (encrypts) => {
        if (!encrypts) return;
        const fact = `${region}: EBS encryption by default is on, so snapshots made there are encrypted`;
        const cure = `run \`aws ec2 disable-ebs-encryption-by-default --region ${region}\``;
        if (isPublic || anyPublic) findings.problems.push(`${fact} and can never be public; ${cure}`);
        else
          findings.warnings.push(
            `${fact}; sharing them with other accounts needs the KMS key shared too, or ${cure}`,
          );
      },
    );
  }
  if (plan.imageNames.length > 0) {
    check(
      "DescribeImages",
      (api, signal) => api.imagesNamed(plan.imageNames, signal),
      (images) => {
        for (const { id, name, tags } of images) {
          if (tags["imprimatur:stack"] === plan.stack) continue;
          findings.problems.push(
            `${region}: the image name ${JSON.stringify(name)} is taken by ${id}, which this stack did not make; ` +
              "deregister it, or change the name template in the config",
          );
        }
      },
    );
  }
  await Promise.all(checks);
  return findings;
}

type Question<T> = (api: AccountApi, signal: AbortSignal) => Promise<T>;

function ask<T>(
  { api, policy, signal }: PreflightContext,
  region: string,
  what: string,
  question: Question<T>,
): Promise<T> {
  return retry({ signal, policy, explain: (error) => explainAws(what, region, error) }, (inner) =>
    question(api(region), inner),
  );
}
