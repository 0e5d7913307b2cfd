/**
 * What came of measuring a disk, as an in-toto statement of the type that the field has for a verifier's word: SLSA Verification
 * Summary v1 (slsa.dev/spec/v1.1/verification_summary, read 2026-11). It is a part of the record that it stands in, and signed
 * with it: apart, it could be shown without the disks and objects that it was said of.
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
    /** The rules; the digest is of what was declared, which they were applied with, as JSON with sorted keys and no spaces. */
    policy: z.strictObject({ uri: z.string(), digest: z.strictObject({ sha256: hex(64) }) }),
    verificationResult: z.enum(["PASSED", "FAILED"]),
    /** Words of this project's own: no level of SLSA was looked at. */
    verifiedLevels: z.array(z.string().regex(/^(?!SLSA_)/)),
  }),
});

export type VerificationSummary = z.infer<typeof verificationSummary>;
