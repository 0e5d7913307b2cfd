/**
 * Identity-based policies, evaluated as IAM does: an explicit deny, then any allow, else an implicit deny.
 * Unsupported policy elements are refused when the policy is read, never ignored.
 *
 * IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements" (2026-11).
 */
import { z } from "zod";

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const operands = z.record(z.string(), texts);

const policySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(["Allow", "Deny"]),
      Action: texts,
      Resource: texts,
      Condition: z
        .strictObject({
          StringEquals: operands.optional(),
          StringLike: operands.optional(),
          Bool: operands.optional(),
          Null: operands.optional(),
        })
        .optional(),
    }),
  ),
});

export type Policy = z.output<typeof policySchema>;
type Statement = Policy["Statement"][number];

/** One right required by a request. */
export interface Demand {
  /** `ec2:RegisterImage` */
  readonly action: string;
  /** ARN, `*` for actions without resources. */
  readonly resource: string;
  /** Condition keys of the request: `aws:RequestTag/Name`, `ec2:InstanceType`. */
  readonly context?: Readonly<Record<string, string | undefined>>;
}

export type Decision = "allowed" | "explicitDeny" | "implicitDeny";

/** @throws ZodError for a policy that IAM, or this rehearsal, does not accept */
export function readPolicy(text: string): Policy {
  return policySchema.parse(JSON.parse(text));
}

export function decide(policies: readonly Policy[], demand: Demand): Decision {
  const hits = policies.flatMap(({ Statement }) => Statement).filter((one) => fits(one, demand));
  if (hits.some(({ Effect }) => Effect === "Deny")) return "explicitDeny";
  return hits.length > 0 ? "allowed" : "implicitDeny";
}

/** Condition keys of a statement for this action that the request does not have. */
export function missingContext(policies: readonly Policy[], { action, context = {} }: Demand): string[] {
  const asked = policies
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => Action.some((pattern) => isLike(action, pattern, true)))
    .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((operand) => Object.keys(operand)));
  return [...new Set(asked)].filter((key) => context[key] === undefined);
}

function fits({ Action, Resource, Condition = {} }: Statement, demand: Demand): boolean {
  const { action, resource, context = {} } = demand;
  const all = (operand: Record<string, string[]> | undefined, holds: Holds) =>
    Object.entries(operand ?? {}).every(([key, wanted]) => holds(context[key], wanted));
  return (
    Action.some((pattern) => isLike(action, pattern, true)) &&
    Resource.some((pattern) => isLike(resource, pattern)) &&
    all(Condition.StringEquals, (given, wanted) => given !== undefined && wanted.includes(given)) &&
    all(Condition.StringLike, (given, wanted) => wanted.some((one) => isLike(given ?? "", one))) &&
    all(Condition.Bool, (given, wanted) => given !== undefined && wanted.includes(given)) &&
    all(Condition.Null, (given, wanted) => wanted.includes(String(given === undefined)))
  );
}

type Holds = (given: string | undefined, wanted: readonly string[]) => boolean;

function isLike(text: string, pattern: string, anyCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, anyCase ? "is" : "s").test(text);
}
