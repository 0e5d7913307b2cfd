import { createPublicKey } from "node:crypto";
import { CloudFailure } from "./failure";

/** An ECDSA P-256 key that a cloud holds: it signs there and never leaves. */
export interface KmsKey {
  /** PEM (SPKI). */
  readonly publicKey: string;
  /**
   * @param sha256 of what is signed, 32 bytes
   * @returns the signature as DER, which is how sigstore bundles have it
   */
  sign(sha256: Buffer): Promise<Buffer>;
}

/** How a cloud's key is reached. */
export interface KmsCaller {
  readonly signal: AbortSignal;
  status(line: string): void;
}

/** A key of another kind than records are signed with. */
export function wrongKey(key: string, given: string, needed: string, cure: string): CloudFailure {
  return new CloudFailure("refused", `the signing key ${key} is ${given}; needed: ${needed}`, { cure });
}

/** A refusal by its code, with what helps here; the cures of the cloud's own room are for images. */
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
