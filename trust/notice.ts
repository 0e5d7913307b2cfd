/**
 * A publisher's notice of withdrawal: signed like a record, beside it, by the same `up`. A record stays true of what
 * was published; the notice adds that it must no longer be used, and why.
 */
import { z } from "zod";
import { disk, STATEMENT_TYPE } from "./in-toto";

export const NOTICE_TYPE = "https://imprimatur.dev/withdrawal/v1";

/** Infix of the file name, between the version and `.sigstore.json`. */
export const NOTICE_NAME = "withdrawn";

/** An in-toto Statement v1 whose subjects are the raw disks of the release. */
export const noticeSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(disk).min(1),
  predicateType: z.literal(NOTICE_TYPE),
  predicate: z.strictObject({
    product: z.string(),
    version: z.string(),
    publisher: z.string(),
    /** RFC 3339 */
    withdrawnOn: z.iso.datetime(),
    /** Reason given by the publisher. */
    reason: z.string().optional(),
  }),
});

export type Notice = z.infer<typeof noticeSchema>;

/** One line: when, and why. */
export function sayNotice({ predicate: { withdrawnOn, reason } }: Notice): string {
  return `withdrawn on ${withdrawnOn}${reason === undefined ? ", and the publisher gives no reason" : `, because: ${reason}`}`;
}
