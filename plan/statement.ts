/** A plan's content, independent of its format: the schema of `imprimatur plan --json`. */
import { z } from "zod";
import { GUARDED } from "../config/allow";

/** In display order. */
export const KINDS = [
  // Not noticeable to users.
  "prepare",
  "stage",
  "upload",
  "register",
  "copy",
  "verify",
  "launch",
  "sign",
  "update",
  "other",
  "limit",
  // An earlier `up` failed to remove it; it is wanted again.
  "stay-open",
  // Users see more, or something new.
  "publish",
  "restore",
  "new-region",
  "make-public",
  "widen",
  "share",
  "point",
  "set-dates",
  // Users lose something.
  "deprecate",
  "shorten-end-of-life",
  "withdraw",
  "unpoint",
  "narrow",
  // An earlier `up` failed to remove it.
  "close-again",
  "unshare",
  "lost-region",
  "replace",
  "remove",
  "delete-published",
  "delete",
] as const;
export type Kind = (typeof KINDS)[number];

const statement = z.strictObject({
  kind: z.enum(KINDS),
  /** Version; absent: common to all releases. */
  release: z.string().optional(),
  /** Absent: every cloud. */
  cloud: z.string().optional(),
  /** Google Cloud has one: `global`. */
  regions: z.array(z.string()).optional(),
  architectures: z.array(z.string()).optional(),
  /** Others than the owner can see or use more than before. */
  visibleToStrangers: z.boolean(),
  /** Users lose something, or a published object is deleted. */
  dangerous: z.boolean(),
  /** It must be named in the stack file or on the command line. */
  guarded: z.strictObject({ kind: z.enum(GUARDED), named: z.boolean() }).optional(),
  /** Upload size before compression: blocks of 512 KiB that hold data. */
  bytes: z.int().optional(),
  /** Kind of object: `image`, `snapshot`, `SSM parameter`, …, or an engine's type. */
  object: z.string().optional(),
  /** Number of objects. */
  count: z.int().optional(),
  /** Names of objects, pointers or resources. */
  names: z.array(z.string()).optional(),
  /** Who gains or loses access; `public` is everyone. */
  grantees: z.array(z.string()).optional(),
  /** Properties that change. */
  properties: z.array(z.string()).optional(),
  /** A date in RFC 3339, an id or a setting. */
  from: z.string().optional(),
  to: z.string().optional(),
  /** The engine's operation, for a record or a type unknown to this version. */
  operation: z.string().optional(),
});
export type Statement = z.output<typeof statement>;

export const publication = z.strictObject({
  schemaVersion: z.literal(1),
  stack: z.string(),
  statements: z.array(statement),
  /** Resources, as the engine counts them. */
  engine: z.strictObject({
    create: z.int(),
    update: z.int(),
    replace: z.int(),
    delete: z.int(),
    same: z.int(),
  }),
  /** Guarded changes that are not named: `up` refuses them. */
  guards: z.array(
    z.strictObject({ kind: z.enum(GUARDED), release: z.string(), says: z.string(), cure: z.string() }),
  ),
  /** Entries of `imprimatur:allow` for one release, whose change is not among these: done already, or never meant. */
  unneeded: z.array(z.string()).optional(),
  /** The variant of each release, where the product has several. */
  variants: z.record(z.string(), z.string()).optional(),
  /** Reasons why an `up` is impossible; the statements may then be incomplete. */
  problems: z.array(z.string()),
});
/** Effects of an `up` as a publication. */
export type Publication = z.output<typeof publication>;
