import { statementSchema } from "./statement";
import type { VerificationSummary } from "./verification-summary";

/** Summaries in a record of one's own, which was signed here: its signature is not asked for. */
export function summariesIn(bundle: string | undefined): VerificationSummary[] {
  if (bundle === undefined) return [];
  try {
    const { dsseEnvelope } = JSON.parse(bundle) as { dsseEnvelope: { payload: string } };
    const said: unknown = JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString());
    return statementSchema.parse(said).predicate.verificationSummaries ?? [];
  } catch {
    // A record of before there were any.
    return [];
  }
}
