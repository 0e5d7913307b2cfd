import { z } from "zod";
import type { FaultKinds, FaultOf } from "../faults/kinds";
import { ANSWER_KINDS, REQUEST_KINDS } from "../faults/network";
import { WHICH } from "../faults/which";
import { QUOTAS } from "./ec2/quotas";
import { type Delay, DELAYS } from "./state/delays";

export const SERVICES = ["ec2", "ebs", "iam", "kms", "servicequotas", "ssm", "sts"] as const;

const account = z.string().min(1).optional().describe("name or number; default: the publisher");
const region = z.string().min(1).describe("as eu-central-1");
const image = z.string().min(1).describe("as ami-0123456789abcdef0");

const which = {
  service: z.enum(SERVICES).optional().describe("as in the signature's scope"),
  region: region.optional().describe("the one that the request is for"),
  account: z.string().min(1).optional().describe("name or number of who asks"),
  ...WHICH,
};

const requests = <K extends z.ZodRawShape>({
  what,
  keys,
  example,
}: {
  what: string;
  keys: K;
  example: Readonly<Record<string, unknown>>;
}) => ({ what, keys: { ...keys, ...which }, example });

const SOURCE = "rehearsal/aws/fault-words.ts";

/** Faults of `imprimatur rehearsal fault` for AWS. */
export const KINDS = {
  throttle: {
    what: "too fast, in the service's own words: RequestLimitExceeded of EC2, RequestThrottledException of EBS direct, ThrottlingException",
    keys: which,
    example: { operation: "CopyImage", times: 3 },
    source: SOURCE,
  },
  error: {
    what: "an error: the one that is named, else the service's own word for its failure",
    keys: {
      code: z
        .string()
        .min(1)
        .optional()
        .describe("AWS's error code; default: the service's InternalError, with 503 Unavailable"),
      message: z.string().optional().describe("its words"),
      status: z.int().min(400).max(599).optional().describe("HTTP status; default 500"),
      reason: z.string().optional().describe("EBS direct's finer reason"),
      ...which,
    },
    example: { service: "ec2", region: "us-east-1", status: 503, times: 5000 },
    source: SOURCE,
  },
  expired: {
    what: "the session is over: RequestExpired, ExpiredToken, ExpiredTokenException",
    keys: which,
    example: { startsIn: 20, lasts: 60 },
    source: SOURCE,
  },
  denied: {
    what: "the caller may not: UnauthorizedOperation, AccessDeniedException, AccessDenied",
    keys: which,
    example: { operation: "ModifyImageAttribute", times: 1 },
    source: "rehearsal/aws/iam/authorize.ts",
  },
  absent: {
    what: "what is named does not exist, as for a while after it was made",
    keys: which,
    example: { operation: "DescribeImages", times: 3 },
    source: SOURCE,
  },
  conflict: {
    what: "what is named is in use: InvalidSnapshot.InUse, IncorrectState, ConflictException, TooManyUpdates",
    keys: which,
    example: { operation: "DeleteSnapshot", times: 2 },
    source: SOURCE,
  },
  hang: requests(REQUEST_KINDS.hang),
  slow: requests(REQUEST_KINDS.slow),
  drop: requests(REQUEST_KINDS.drop),
  reset: requests(ANSWER_KINDS.reset),
  trickle: requests(ANSWER_KINDS.trickle),
  "flip-answer": requests(ANSWER_KINDS["flip-answer"]),
  flip: {
    what: "one bit of the request's body turns behind the end of TLS and the signature check, where only checksums tell",
    keys: which,
    example: { operation: "PutSnapshotBlock", path: "/blocks/7" },
  },
  rot: {
    what: "the next snapshot that is completed there, or made there by a copy, is kept with one wrong bit",
    keys: { region, block: z.int().min(0).optional().describe("index; default: the first that holds data") },
    example: { region: "us-east-1" },
  },
  corrupt: {
    what: "one bit of one block of a snapshot changes; its copies keep theirs",
    keys: {
      region,
      snapshot: z.string().min(1).describe("as snap-0123456789abcdef0"),
      block: z.int().min(0).optional().describe("index; default: the first that holds data"),
    },
    example: { region: "eu-central-1", snapshot: "snap-0123456789abcdef0" },
  },
  copy: {
    what: "the next images that are copied into the region end as failed, their snapshots in error, or stay pending",
    keys: {
      region,
      as: z.enum(["failed", "hanging"]).default("failed").describe("how they end"),
      times: z.int().positive().default(1).describe("copies"),
    },
    example: { region: "us-east-1", as: "failed" },
    source: "the states of an image and of a snapshot in the EC2 API reference (from memory)",
  },
  rate: {
    what: "another steady rate of an EBS direct action for each account and region",
    keys: {
      operation: z.string().min(1).describe("the action"),
      perSecond: z.number().positive().describe("requests"),
    },
    example: { operation: "PutSnapshotBlock", perSecond: 100 },
  },
  delay: {
    what: "something takes so long, whatever the pace",
    keys: {
      what: z.enum(Object.keys(DELAYS) as [Delay, ...Delay[]]).describe("see rehearsal/aws/state/delays.ts"),
      seconds: z.number().min(0).describe("how long"),
    },
    example: { what: "imageCopied", seconds: 60 },
  },
  share: {
    what: "permissions of an image change behind the publisher's back",
    keys: {
      region,
      image,
      add: z.array(z.string()).default([]).describe("all, account numbers, ARNs"),
      remove: z.array(z.string()).default([]).describe("the same"),
    },
    example: { region: "us-east-1", image: "ami-0123456789abcdef0", add: ["all"] },
  },
  disable: {
    what: "an image is disabled behind the publisher's back, or enabled again: nobody launches a disabled one, and it is private",
    keys: { region, image, enabled: z.boolean().default(false).describe("true: enabled again") },
    example: { region: "us-east-1", image: "ami-0123456789abcdef0" },
  },
  describe: {
    what: "DescribeImages tells fields of an image otherwise from now on, or the truth again",
    keys: {
      region,
      image,
      as: z
        .record(z.string(), z.unknown())
        .optional()
        .describe("fields as the SDK names them; none: the truth"),
    },
    example: { region: "us-east-1", image: "ami-0123456789abcdef0", as: { Description: "another" } },
  },
  console: {
    what: "instances of an image run nothing and show a text",
    keys: { region, image, text: z.string().describe("what the console shows") },
    example: { region: "eu-central-1", image: "ami-0123456789abcdef0", text: "login:" },
  },
  quota: {
    what: `another quota: ${QUOTAS.map(({ code, name }) => `${code} ${name}`).join(", ")}`,
    keys: {
      code: z.string().min(1).describe("of the quota"),
      value: z.int().min(0).describe("what holds from now on"),
      account,
      region: region.optional().describe("default: all regions"),
    },
    example: { code: "L-0E3CBAB9", value: 0 },
  },
  "block-public-access": {
    what: "what the account's regions let be shared with everyone, at once",
    keys: {
      region,
      state: z.enum(["unblocked", "block-new-sharing"]).describe("of images, or of snapshots"),
      of: z.enum(["images", "snapshots"]).default("images").describe("which"),
      account,
    },
    example: { region: "us-east-1", state: "block-new-sharing" },
  },
  "opt-in": {
    what: "the account may use a region that needs it, or no more",
    keys: {
      region,
      state: z.enum(["opted-in", "not-opted-in"]).default("opted-in").describe("from now on"),
      account,
    },
    example: { region: "eu-south-1" },
  },
  encryption: {
    what: "the region encrypts every new snapshot by itself, or no more",
    keys: {
      region,
      enabled: z.boolean().default(true).describe("from now on"),
      key: z.string().min(1).optional().describe("with this KMS key; default: the AWS managed one"),
      account,
    },
    example: { region: "us-east-1" },
  },
  account: {
    what: "a further account; answers its keys",
    keys: {
      name: z.string().min(1).describe("what a person calls it"),
      id: z.string().optional().describe("12 digits; default: any"),
      organization: z.array(z.string()).default([]).describe("ARNs of what it is in"),
    },
    example: { name: "third" },
  },
  policy: {
    what: "a user has other documents of docs/policies/aws-*.json, or single actions taken out of them",
    keys: {
      documents: z.array(z.string()).optional().describe("publisher, boot-check, …"),
      without: z.array(z.string()).default([]).describe("actions, as ec2:CopyImage"),
      account,
      user: z.string().optional().describe("default: the one with the account's name"),
    },
    example: { without: ["ec2:ModifyImageAttribute"] },
  },
  list: { what: "answers the faults that still wait", keys: {}, example: {} },
  clear: { what: "ends them, and every delay, rate and console text", keys: {}, example: {} },
} satisfies FaultKinds;

export type Fault = FaultOf<typeof KINDS>;

/** Formerly `action` instead of `operation`, when AWS was the only cloud with faults. */
export function translate({ action, ...others }: Record<string, unknown>): Record<string, unknown> {
  return action === undefined ? others : { operation: action, ...others };
}
