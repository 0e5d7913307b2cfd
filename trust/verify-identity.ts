import {
  PolicyError,
  type SignedEntity,
  type TrustMaterial,
  VerificationError,
  Verifier,
} from "@sigstore/verify";
import type { CertificateIdentity } from "./certificate";
import { TrustProblem } from "./problem";

/** Accepted signer without a key, and the authorities that may certify it. */
export interface TrustedIdentity extends CertificateIdentity {
  readonly root: TrustMaterial;
}

/**
 * A keyless signature counts if a trusted authority certified the signer at a time attested by a trusted log: the
 * certificate was valid for minutes, and its key is gone.
 */
const NEEDED = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };

/** @throws {TrustProblem} with the violated condition, in one line */
export function verifyIdentity(entity: SignedEntity, file: string, trusted: TrustedIdentity): void {
  if (entity.tlogEntries.length === 0) {
    throw new TrustProblem(
      `${file}: signed without a key, and in no transparency log: nothing says when, so nothing says who`,
    );
  }
  let found: CertificateIdentity;
  try {
    const { identity } = new Verifier(trusted.root, NEEDED).verify(entity);
    found = { identity: identity?.subjectAlternativeName ?? "", issuer: identity?.extensions?.issuer ?? "" };
  } catch (error) {
    throw new TrustProblem(`${file}: ${reasonFor(error)}`);
  }
  // Compared here: the library treats an identity as a pattern that may match anywhere.
  if (found.identity !== trusted.identity) {
    throw new TrustProblem(`${file}: signed by ${found.identity}, not by ${trusted.identity}`);
  }
  if (found.issuer !== trusted.issuer) {
    throw new TrustProblem(
      `${file}: ${found.identity} was vouched for by ${found.issuer}, not by ${trusted.issuer}`,
    );
  }
}

/** Error codes of `@sigstore/verify` 3.1. */
function reasonFor(error: unknown): string {
  if (!(error instanceof VerificationError || error instanceof PolicyError)) {
    return "a sigstore bundle that cannot be read: it was changed after it was signed; fetch it again";
  }
  switch (error.code) {
    case "SIGNATURE_ERROR":
    case "TLOG_BODY_ERROR":
      return "the signature does not fit: the record was changed after it was signed; fetch it again";
    case "CERTIFICATE_ERROR":
      return `its certificate does not count (${error.message}): the trusted root knows no such authority, or not for the time of signing`;
    case "TIMESTAMP_ERROR":
      return `nothing that is trusted says when it was signed (${error.message})`;
    default:
      return `its entry in the transparency log does not count (${error.message}): the trusted root knows no such log, or it was changed`;
  }
}
