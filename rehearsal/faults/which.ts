import { z } from "zod";

/** Which requests a fault is for, and when: the same members for every cloud. What is left out fits all. */
export const WHICH = {
  operation: z
    .string()
    .min(1)
    .optional()
    .describe("AWS's action (CopyImage), elsewhere METHOD /path; * stands for any characters"),
  path: z.string().min(1).optional().describe("part of the decoded path"),
  skip: z.int().min(0).default(0).describe("fitting requests that pass first"),
  times: z
    .int()
    .positive()
    .optional()
    .describe("requests that it strikes; default 1, or no end with probability, lasts, slow and trickle"),
  probability: z.number().gt(0).max(1).optional().describe("share of the fitting requests that it strikes"),
  seed: z.int().default(1).describe("which of them: the same seed strikes the same requests in a row"),
  startsIn: z.number().min(0).default(0).describe("seconds until it begins"),
  lasts: z.number().positive().optional().describe("seconds from then until it ends"),
};

/** The parts of {@link WHICH}, and those that only some clouds have. */
export interface Which {
  readonly service?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  readonly operation?: string | undefined;
  readonly path?: string | undefined;
  readonly skip: number;
  readonly times?: number | undefined;
  readonly probability?: number | undefined;
  readonly seed: number;
  readonly startsIn: number;
  readonly lasts?: number | undefined;
}

/** A request as faults see it. */
export interface Asked {
  readonly service: string;
  /** AWS's action; elsewhere `METHOD /path`. */
  readonly operation: string;
  readonly path: string;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

/** Whether a fault is for this request, its counts and its time left aside. */
export function fits(which: Which, asked: Asked): boolean {
  return (
    same(which.service, asked.service) &&
    same(which.region, asked.region) &&
    same(which.account, asked.account) &&
    (which.path === undefined || asked.path.includes(which.path)) &&
    (which.operation === undefined || pattern(which.operation).test(asked.operation))
  );
}

const same = (wanted: string | undefined, found: string | undefined) =>
  wanted === undefined || wanted === found;

/** Names of Resource Manager ignore case, and AWS has no two actions that differ in it. */
function pattern(operation: string): RegExp {
  const parts = operation.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}
