import { z } from "zod";

/** Selection of a fault's requests and times: the same members for every cloud. An omitted one matches everything. */
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

/** The members of {@link WHICH}, and those of single clouds. */
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

/** A request as seen by faults. */
export interface Asked {
  readonly service: string;
  /** AWS's action; elsewhere `METHOD /path`. */
  readonly operation: string;
  readonly path: string;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

/** True if a fault is for this request, apart from its counts and remaining time. */
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

/** Case-insensitive, like Resource Manager's names; no two actions of AWS differ only in case. */
function pattern(operation: string): RegExp {
  const parts = operation.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}
