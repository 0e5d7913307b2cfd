import { z } from "zod";
import type { FaultKinds, FaultOf } from "../faults/kinds";
import { ANSWER_KINDS, REQUEST_KINDS } from "../faults/network";
import { WHICH } from "../faults/which";
import { SERVICES, THROTTLES } from "./fault-words";

const which = { service: z.enum(SERVICES).optional().describe("by the request's address"), ...WHICH };
const times = z.int().positive().default(1).describe("how many");
const project = z.string().min(1).describe("its name");
const image = z.string().min(1).describe("its name");
const SOURCE = "rehearsal/gcp/fault-words.ts";

const requests = <K extends z.ZodRawShape>(kind: {
  what: string;
  keys: K;
  example: Readonly<Record<string, unknown>>;
}) => ({ ...kind, keys: { ...kind.keys, ...which } });

/** Faults of `imprimatur rehearsal fault` for Google Cloud. */
export const KINDS = {
  throttle: {
    what: "too many requests: 403 rateLimitExceeded of Compute Engine, 429 rateLimitExceeded elsewhere",
    keys: {
      as: z.enum(THROTTLES).optional().describe("user: 403 userRateLimitExceeded"),
      ...which,
    },
    example: { service: "compute", times: 3 },
    source: SOURCE,
  },
  error: {
    what: "an answer with this status in the service's own words: 403 and 429 are rate limits",
    keys: {
      code: z
        .union([
          z.literal(403),
          z.literal(429),
          z.literal(500),
          z.literal(502),
          z.literal(503),
          z.literal(504),
        ])
        .default(503)
        .describe("HTTP status, which Google's errors call code"),
      ...which,
    },
    example: { code: 503, operation: "POST */setIamPolicy", times: 2 },
    source: SOURCE,
  },
  expired: {
    what: "the token is over: 401 authError",
    keys: which,
    example: { startsIn: 20, lasts: 60 },
    source: SOURCE,
  },
  denied: {
    what: "403 forbidden, whatever the caller's roles are",
    keys: which,
    example: { operation: "POST */setIamPolicy" },
    source: SOURCE,
  },
  absent: {
    what: "404 notFound, as for a while after something was made",
    keys: which,
    example: { operation: "GET *images/*", times: 3 },
    source: SOURCE,
  },
  conflict: {
    what: "something still uses it: 400 resourceInUseByAnotherResource, 409 of Cloud Storage",
    keys: which,
    example: { operation: "DELETE *images/*" },
    source: SOURCE,
  },
  hang: requests(REQUEST_KINDS.hang),
  slow: requests(REQUEST_KINDS.slow),
  drop: requests(REQUEST_KINDS.drop),
  cut: {
    what: "the connection breaks in the middle of the request's body",
    keys: { afterBytes: z.int().nonnegative().describe("bytes of it that arrive"), ...which },
    example: { operation: "PUT /upload/*", afterBytes: 1500000 },
  },
  reset: requests(ANSWER_KINDS.reset),
  trickle: requests(ANSWER_KINDS.trickle),
  "flip-answer": requests(ANSWER_KINDS["flip-answer"]),
  flip: {
    what: "one bit of the request's body turns on its way",
    keys: { byte: z.int().nonnegative().default(0).describe("which byte of it"), ...which },
    example: { operation: "PUT /upload/*", byte: 100 },
  },
  upload: {
    what: "a resumable upload goes wrong at a request with bytes: its session is gone, or its last bytes are kept and answered 308",
    keys: {
      as: z.enum(["gone-404", "gone-410", "unended"]).describe("how"),
      after: z.int().nonnegative().default(0).describe("requests with bytes that go well before"),
      times,
    },
    example: { as: "gone-410", after: 2 },
    source: "github.com/itchio/butler/issues/71; googleapis/google-cloud-cpp pull 7877",
  },
  rot: {
    what: "the bucket keeps one bit of the next object wrong; its checksums stay those of what arrived",
    keys: {
      object: z.string().default("").describe("part of its name"),
      byte: z.int().nonnegative().optional().describe("which byte; default: in its middle"),
      times,
    },
    example: { byte: 6000 },
  },
  operation: {
    what: "operations of Compute Engine end with an error or a warning, or do not end",
    keys: {
      type: z.string().min(1).describe("insert, setDeprecation, setLabels, patch, delete"),
      as: z.enum(["failed", "hanging", "warned"]).default("failed").describe("how they end"),
      code: z.string().default("INTERNAL_ERROR").describe("code of the error or warning"),
      message: z
        .string()
        .default("Internal error. Please try again or contact Google Support.")
        .describe("its words"),
      times,
    },
    example: { type: "insert" },
    source: "Compute Engine's REST reference, globalOperations, error.errors and warnings (from memory)",
  },
  "corrupt-image": {
    what: "one bit of an image's disk turns",
    keys: { project, image },
    example: { project: "imprimatur-rehearsal", image: "demo-1" },
  },
  describe: {
    what: "Google tells fields of an image otherwise from now on, as when it adds a guest feature by itself",
    keys: {
      project,
      image,
      as: z
        .strictObject({
          description: z.string().optional(),
          diskSizeGb: z.int().positive().optional(),
          guestOsFeatures: z.array(z.strictObject({ type: z.string() })).optional(),
          licenses: z.array(z.string()).optional(),
          storageLocations: z.array(z.string()).optional(),
          shieldedInstanceInitialState: z.looseObject({}).optional(),
        })
        .describe("the fields"),
    },
    example: { project: "imprimatur-rehearsal", image: "demo-1", as: { storageLocations: ["us"] } },
  },
  "image-quota": {
    what: "a project may hold only so many images: QUOTA_EXCEEDED",
    keys: { limit: z.int().nonnegative().describe("images of a project") },
    example: { limit: 0 },
  },
  "domain-restricted-sharing": {
    what: "the organisation forbids members of others in IAM policies (412)",
    keys: {
      enabled: z.boolean().describe("from now on"),
      constraint: z
        .enum(["iam.allowedPolicyMemberDomains", "iam.managed.allowedPolicyMembers"])
        .default("iam.allowedPolicyMemberDomains")
        .describe("which one says so"),
    },
    example: { enabled: true },
  },
  roles: {
    what: "somebody has other roles on their project, or single permissions taken out of them",
    keys: {
      who: z.enum(["publisher", "stranger", "partner"]).default("publisher").describe("whose"),
      roles: z.array(z.string()).optional().describe("imprimatur/publisher, roles/editor, …"),
      without: z.array(z.string()).default([]).describe("permissions, as compute.images.create"),
    },
    example: { without: ["compute.images.setIamPolicy"] },
  },
  list: { what: "answers the faults that still wait", keys: {}, example: {} },
  clear: { what: "ends them; quota, policy and roles stay", keys: {}, example: {} },
} satisfies FaultKinds;

export type Fault = FaultOf<typeof KINDS>;

/** Formerly a separate member `method`, before the three clouds had the same ones. */
export function translate({ method, ...others }: Record<string, unknown>): Record<string, unknown> {
  return typeof method === "string" ? { operation: `${method} *`, ...others } : others;
}
