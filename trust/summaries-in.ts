import { statementSchema } from "./statement";
import type { VerificationSummary } from "./verification-summary";

/** Summaries in the stack's own record: its signature is not verified. */
export function summariesIn(bundle: string | undefined): VerificationSummary[] {
  if (bundle === undefined) return [];
  try {
    const { dsseEnvelope } = JSON.parse(bundle) as { dsseEnvelope: { payload: string } };
    const said: unknown = JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString());
    return statementSchema.parse(said).predicate.verificationSummaries ?? [];
  } catch {
    // A record from before there were summaries.
    return [];
  }
}
