import { createPublicKey } from "node:crypto";
import { CloudFailure } from "./failure";

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

/** The key is of a kind that records are not signed with. */
export function wrongKey(key: string, given: string, needed: string, cure: string): CloudFailure {
  return new CloudFailure("refused", `the signing key ${key} is ${given}; needed: ${needed}`, { cure });
}

/** Replaces the cure by error code; the cloud module's own cures are about images. */
export function withCure(error: unknown, cures: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof CloudFailure)) return error;
  const cure = cures[error.code ?? ""];
  return cure === undefined ? error : error.curedBy(cure);
}

/** PEM of a public key in DER. */
export function pemOf(der: Uint8Array): string {
  return createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" })
    .export({ format: "pem", type: "spki" })
    .toString();
}
