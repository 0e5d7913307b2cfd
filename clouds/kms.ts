import { createPublicKey } from "node:crypto";
import { CloudFailure } from "./failure";
import { LOOKUP, type RetryPolicy } from "./retry";

/** An ECDSA P-256 key in a cloud's KMS; the private key never leaves it. */
export interface KmsKey {
  /** PEM (SPKI). */
  readonly publicKey: string;
  /**
   * @param sha256 of the data to sign, 32 bytes
   * @returns the signature as DER, as in sigstore bundles
   */
  sign(sha256: Buffer): Promise<Buffer>;
}

/** Context of calls to a cloud's KMS. */
export interface KmsCaller {
  readonly signal: AbortSignal;
  status(line: string): void;
}

/** A key answers in milliseconds, and all that is to be published waits for it. */
export const SIGNING: RetryPolicy = LOOKUP;

/** The key is of a kind that records are not signed with. */
export function wrongKey(key: string, given: string, needed: string, cure: string): CloudFailure {
  return new CloudFailure("refused", `the signing key ${key} is ${given}; needed: ${needed}`, { cure });
}

/** After all tries. What is to be shared waits for the signature. */
const UNANSWERED =
  "the service of the signing key does not serve it now, and nothing is shared without a signature: look at the cloud's status page, and run the " +
  "same command again when it does, or name another key in signWith.kms";

/** Replaces the cure by error code; the cloud module's own cures are about images. */
export function withCure(error: unknown, cures: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof CloudFailure)) return error;
  const cure = cures[error.code ?? ""] ?? (error.retryable ? (error.cure ?? UNANSWERED) : undefined);
  return cure === undefined ? error : error.curedBy(cure);
}

/** PEM of a public key in DER. */
export function pemOf(der: Uint8Array): string {
  return createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" })
    .export({ format: "pem", type: "spki" })
    .toString();
}
