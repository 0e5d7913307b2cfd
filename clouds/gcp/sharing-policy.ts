/**
 * Whether the organisation lets an image be shared with those it is meant for. Nothing else says so before the IAM binding
 * itself, which comes last and is refused with 412: image-users.ts.
 *
 * Two constraints may forbid it; each project has an effective one of both (cloud.google.com/resource-manager/docs/organization-policy
 * /restricting-domains and /reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy, read 2026-11). No public record of
 * an answer is known: where one cannot be read, that is said, and the publication goes on.
 */
import { CloudFailure } from "../failure";
import { BRISK } from "../retry";
import { getEffectivePolicy, type PolicyRule } from "./api/projects";
import type { GoogleSession } from "./api/session";

export interface SharingPlan {
  readonly project: string;
  /** Everyone who is signed in to Google. */
  readonly public: boolean;
  /** IAM members besides. */
  readonly members: readonly string[];
}

export interface SharingVerdict {
  readonly problems: string[];
  /** What may be refused, and could not be found out. */
  readonly warnings: string[];
}

const EVERYONE = "allAuthenticatedUsers";
const CONSTRAINTS = ["iam.allowedPolicyMemberDomains", "iam.managed.allowedPolicyMembers"] as const;

const LATE =
  "if it forbids that, Google says so at the very end of the `up`, with a 412; nothing is shared then, and what was made stays";

export async function checkSharingPolicy(session: GoogleSession, plan: SharingPlan): Promise<SharingVerdict> {
  if (!plan.public && plan.members.length === 0) return { problems: [], warnings: [] };
  const verdicts = await Promise.all(CONSTRAINTS.map((constraint) => ask(session, plan, constraint)));
  const unasked = verdicts.flatMap(({ unasked }) => unasked ?? []);
  return {
    problems: verdicts.flatMap(({ problem }) => problem ?? []),
    warnings: [
      ...verdicts.flatMap(({ warning }) => warning ?? []),
      // Both are asked with the same right: one sentence.
      ...unasked
        .slice(0, 1)
        .map((why) => `whether the organisation allows this sharing is not known (${why}); ${LATE}`),
    ],
  };
}

interface Asked {
  readonly problem?: string;
  readonly warning?: string;
  readonly unasked?: string;
}

async function ask(session: GoogleSession, plan: SharingPlan, constraint: string): Promise<Asked> {
  const { project } = plan;
  let rules: readonly PolicyRule[];
  try {
    const brisk = { ...session, policy: { ...session.policy, attempts: BRISK.attempts } };
    rules = await getEffectivePolicy(brisk, project, constraint);
  } catch (error) {
    if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
    return { unasked: error.message };
  }
  const allowed = allowedBy(rules);
  if (allowed === "all") return {};
  const only = allowed.length > 0 ? `only ${allowed.join(", ")}` : "nobody";
  const said = `the organisation policy ${constraint} of project ${project} allows ${only} in IAM policies`;
  if (plan.public && !allowed.includes(EVERYONE)) {
    return {
      problem:
        `${said}, so Google would refuse to share an image with everyone (\`sharing.public\`) at the very end; have the policy ` +
        "changed for this project (Organization Policy Administrator), or leave `public` out",
    };
  }
  const others = plan.members.filter((member) => !allowed.includes(member));
  if (others.length === 0) return {};
  return { warning: `${said}; whether ${others.join(", ")} belong to it is not known: ${LATE}` };
}

/** Whom the rules allow, as they name them. A rule with a condition holds for some resources, and is no free way. */
function allowedBy(rules: readonly PolicyRule[]): readonly string[] | "all" {
  const free = rules.filter(({ condition }) => condition === undefined || condition === null);
  if (rules.length === 0 || free.some(({ allowAll, enforce }) => allowAll === true || enforce === false))
    return "all";
  return rules.flatMap(({ values, parameters }) => [
    ...(values?.allowedValues ?? []),
    ...(parameters?.allowedMemberSubjects ?? []),
    ...(parameters?.allowedPrincipalSets ?? []),
  ]);
}
