import { X509Certificate } from "@sigstore/core";

/** Identity in a Fulcio certificate, and its issuer at the time. */
export interface CertificateIdentity {
  /** An e-mail address or a URI. */
  readonly identity: string;
  /** URL of the OIDC issuer. */
  readonly issuer: string;
}

/**
 * Fulcio's extensions: github.com/sigstore/fulcio/blob/main/docs/oid-info.md, read 2026-11; 1.1 is the older form.
 */
const ISSUER = "1.3.6.1.4.1.57264.1.8";
const ISSUER_BEFORE = "1.3.6.1.4.1.57264.1.1";

/**
 * @param pem a certificate that Fulcio issued, or that was verified
 * @returns empty strings for missing values
 */
export function identityIn(pem: string): CertificateIdentity {
  const certificate = X509Certificate.parse(pem);
  const now = certificate.extension(ISSUER)?.valueObj.subs[0]?.value.toString("utf8");
  const before = certificate.extension(ISSUER_BEFORE)?.value.toString("utf8");
  return { identity: certificate.subjectAltName ?? "", issuer: now ?? before ?? "" };
}
