import { z } from "zod";
import type { FaultKinds, FaultOf } from "../faults/kinds";
import { ANSWER_KINDS, REQUEST_KINDS } from "../faults/network";
import { WHICH } from "../faults/which";
import { SERVICES } from "./fault-words";

const which = {
  service: z
    .enum(SERVICES)
    .optional()
    .describe("resources: Resource Manager itself; storage: the links of disks"),
  region: z.string().min(1).optional().describe("of what is asked for, as westeurope"),
  ...WHICH,
};
const times = z.int().positive().default(1).describe("how many");
const SOURCE = "rehearsal/azure/fault-words.ts";

const requests = <K extends z.ZodRawShape>(kind: {
  what: string;
  keys: K;
  example: Readonly<Record<string, unknown>>;
}) => ({ ...kind, keys: { ...kind.keys, ...which } });

/** Only of Resource Manager and the vault: Azurite serves a disk's links. */
const answers = (what: string) => `${what} (not of the links of disks)`;

/** Faults of `imprimatur rehearsal fault` for Azure. */
export const KINDS = {
  throttle: {
    what: "too many requests: 429 OperationNotAllowed of Compute, SubscriptionRequestsThrottled of Resource Manager, Throttled of the vault, 503 ServerBusy of storage",
    keys: {
      retryAfter: z
        .union([z.int().min(0), z.string().min(1)])
        .default(1)
        .describe("seconds, or a date; 0: none is sent"),
      ...which,
    },
    example: { service: "compute", times: 3, retryAfter: 2 },
    source: SOURCE,
  },
  error: {
    what: "a server error in the service's own words",
    keys: {
      status: z.int().min(400).max(599).default(500).describe("HTTP status"),
      code: z.string().min(1).optional().describe("Azure's error code; default: the service's own"),
      message: z.string().optional().describe("its words"),
      ...which,
    },
    example: { region: "westeurope", status: 503, times: 5000 },
    source: SOURCE,
  },
  expired: {
    what: "the token is over: 401 ExpiredAuthenticationToken; 403 AuthenticationFailed of a disk's link",
    keys: which,
    example: { startsIn: 20, lasts: 60 },
    source: SOURCE,
  },
  denied: {
    what: "403 AuthorizationFailed, whatever the caller's roles are",
    keys: which,
    example: { operation: "POST */share" },
    source: SOURCE,
  },
  absent: {
    what: "404 ResourceNotFound, as for a while after something was made",
    keys: which,
    example: { operation: "GET */versions/*", times: 3 },
    source: SOURCE,
  },
  conflict: {
    what: "409 CannotDeleteResource of a deletion, else Conflict",
    keys: which,
    example: { operation: "DELETE */images/*", times: 2 },
    source: SOURCE,
  },
  hang: requests(REQUEST_KINDS.hang),
  slow: requests(REQUEST_KINDS.slow),
  drop: requests(REQUEST_KINDS.drop),
  cut: {
    what: "the connection breaks in the middle of a write over a disk's link",
    keys: { afterBytes: z.int().nonnegative().describe("bytes of the body that arrive"), ...which },
    example: { afterBytes: 100000 },
  },
  reset: { ...requests(ANSWER_KINDS.reset), what: answers(ANSWER_KINDS.reset.what) },
  trickle: { ...requests(ANSWER_KINDS.trickle), what: answers(ANSWER_KINDS.trickle.what) },
  "flip-answer": {
    ...requests(ANSWER_KINDS["flip-answer"]),
    what: answers(ANSWER_KINDS["flip-answer"].what),
  },
  flip: {
    what: "one bit of the next page writes turns before their MD5 is compared",
    keys: { times },
    example: {},
  },
  rot: {
    what: "the storage keeps one bit of the next disk wrong that was uploaded, or of the next gallery version that is made",
    keys: {
      of: z.enum(["disk", "version"]).describe("of which"),
      offset: z.int().min(0).describe("byte"),
      times,
    },
    example: { of: "disk", offset: 70000000 },
  },
  mutate: {
    what: "one bit of what is stored for a disk or a gallery version changes",
    keys: { id: z.string().min(1).describe("its whole id"), offset: z.int().min(0).describe("byte") },
    example: { id: "/subscriptions/…/disks/demo", offset: 70000000 },
  },
  replication: {
    what: "the next replications to a region fail, or do not end",
    keys: {
      region: z.string().min(1).describe("as westeurope, or West Europe"),
      as: z.enum(["failed", "hanging"]).default("failed").describe("how they end"),
      times,
    },
    example: { region: "eastus" },
    source: "github.com/Azure/azure-cli/issues/15539 (2020-10-15), …/16632",
  },
  security: {
    what: "the next versions of a managed disk are refused in definitions that support trusted launch, as in 2023 and 2024",
    keys: { times },
    example: {},
  },
  share: {
    what: "the next share actions report success and share nothing",
    keys: { times },
    example: {},
  },
  "absent-profile": {
    what: "how a PUT of a gallery without a sharing profile is read: nobody has recorded it, so both can be tried",
    keys: { means: z.enum(["private", "unchanged"]).describe("private, unless asked") },
    example: { means: "unchanged" },
  },
  roles: {
    what: "somebody has other roles, at scopes below the subscription, or actions taken out of them",
    keys: {
      who: z.enum(["publisher", "stranger", "partner"]).default("publisher").describe("whose"),
      roles: z
        .array(z.strictObject({ role: z.string(), scope: z.string().default("") }))
        .optional()
        .describe("each a role (imprimatur/publisher, Contributor, …) and a scope (/resourceGroups/x)"),
      without: z.array(z.string()).default([]).describe("actions, as Microsoft.Compute/disks/write"),
    },
    example: { without: ["Microsoft.Compute/galleries/share/action"] },
  },
  lock: {
    what: "an owner locks something, and all that is in it: 409 ScopeLocked",
    keys: {
      scope: z
        .string()
        .regex(/^(\/.+)?$/)
        .describe("below the subscription, as /resourceGroups/x; empty: all of it"),
      level: z.enum(["CanNotDelete", "ReadOnly", "none"]).describe("what is forbidden; none: unlocked"),
    },
    example: { scope: "/resourceGroups/demo", level: "CanNotDelete" },
    source: "rehearsal/azure/locks.ts",
  },
  list: { what: "answers the faults that still wait", keys: {}, example: {} },
  clear: { what: "ends them; roles and locks stay", keys: {}, example: {} },
} satisfies FaultKinds;

export type Fault = FaultOf<typeof KINDS>;

/** Formerly `match` instead of part of an operation, before the three clouds had the same members. */
export function translate({ match, ...others }: Record<string, unknown>): Record<string, unknown> {
  return typeof match === "string" ? { operation: `*${match}*`, ...others } : others;
}
