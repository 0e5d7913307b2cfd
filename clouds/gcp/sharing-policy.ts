/**
 * Checks that the organisation permits the planned sharing of an image. Otherwise only the IAM binding itself reveals
 * it, which comes last and is refused with 412: image-users.ts.
 *
 * Two constraints may forbid it; each project has an effective policy for both
 * (cloud.google.com/resource-manager/docs/organization-policy/restricting-domains and
 * /reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy, read 2026-11). No public record of a response is
 * known: if one cannot be read, that is reported, and the publication proceeds.
 */
import { CloudFailure } from "../failure";
import { BRISK } from "../retry";
import { getEffectivePolicy, type PolicyRule } from "./api/projects";
import type { GoogleSession } from "./api/session";

interface SharingPlan {
  readonly project: string;
  /** All authenticated Google accounts. */
  readonly public: boolean;
  /** Further IAM members. */
  readonly members: readonly string[];
}

interface SharingVerdict {
  readonly problems: string[];
  /** Sharing that may be refused, but could not be checked. */
  readonly warnings: string[];
}

const EVERYONE = "allAuthenticatedUsers";
const CONSTRAINTS = ["iam.allowedPolicyMemberDomains", "iam.managed.allowedPolicyMembers"] as const;

const LATE =
  "if it forbids that, Google says so at the very end of the `up`, with a 412; nothing is shared then, and what was made stays";

export async function checkSharingPolicy(session: GoogleSession, plan: SharingPlan): Promise<SharingVerdict> {
  if (!plan.public && plan.members.length === 0) return { problems: [], warnings: [] };
  const verdicts = await Promise.all(CONSTRAINTS.map((constraint) => ask(session, plan, constraint)));
  const unchecked = verdicts.flatMap(({ unchecked }) => unchecked ?? []);
  return {
    problems: verdicts.flatMap(({ problem }) => problem ?? []),
    warnings: [
      ...verdicts.flatMap(({ warning }) => warning ?? []),
      // Both need the same permission: one sentence.
      ...unchecked
        .slice(0, 1)
        .map((why) => `whether the organisation allows this sharing is not known (${why}); ${LATE}`),
    ],
  };
}

interface Asked {
  readonly problem?: string;
  readonly warning?: string;
  readonly unchecked?: string;
}

async function ask(session: GoogleSession, plan: SharingPlan, constraint: string): Promise<Asked> {
  const { project } = plan;
  let rules: readonly PolicyRule[];
  try {
    const brisk = { ...session, policy: { ...session.policy, attempts: BRISK.attempts } };
    rules = await getEffectivePolicy(brisk, project, constraint);
  } catch (error) {
    if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
    return { unchecked: error.message };
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

/**
 * The members that the rules allow, in their spelling. A rule with a condition applies to some resources only, and is
 * not counted as permission.
 */
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
