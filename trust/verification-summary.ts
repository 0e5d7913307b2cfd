/**
 * The result of measuring a disk, in the standard form of a verifier's statement: SLSA Verification Summary v1
 * (slsa.dev/spec/v1.1/verification_summary, read 2026-11). It is part of a record, and signed with it: separately, it
 * could be presented without its disks and objects.
 */
import { z } from "zod";
import { disk, hex, STATEMENT_TYPE } from "./in-toto";

export const SUMMARY_TYPE = "https://slsa.dev/verification_summary/v1";

export const verificationSummary = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(disk).length(1),
  predicateType: z.literal(SUMMARY_TYPE),
  predicate: z.strictObject({
    verifier: z.strictObject({ id: z.string() }),
    timeVerified: z.iso.datetime(),
    /** Package URL of the release. */
    resourceUri: z.string(),
    /**
     * The rules; the digest is of the publisher's declarations they were applied with, as JSON with sorted keys and
     * no spaces.
     */
    policy: z.strictObject({ uri: z.string(), digest: z.strictObject({ sha256: hex(64) }) }),
    verificationResult: z.enum(["PASSED", "FAILED"]),
    /** This project's own levels: no SLSA level was verified. */
    verifiedLevels: z.array(z.string().regex(/^(?!SLSA_)/)),
  }),
});

export type VerificationSummary = z.infer<typeof verificationSummary>;
