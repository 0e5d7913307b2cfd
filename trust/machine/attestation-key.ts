/** The key that a TPM signs its quotes with, and who vouches for it. */
import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { X509Certificate as Certificate } from "@sigstore/core";
import { reasonOf, TrustProblem } from "../problem";

export interface NamedFile {
  file: string;
  data: Buffer;
}

/** @throws {TrustProblem} when it is no public key in PEM */
export function readAttestationKey({ file, data }: NamedFile): KeyObject {
  try {
    return createPublicKey(data);
  } catch (error) {
    throw new TrustProblem(
      `${file}: not a public key in PEM (${reasonOf(error)}); tpm2_readpublic -f pem writes one`,
    );
  }
}

/** Certificates in PEM, several in a file, or one in DER. */
export function readCertificates({ file, data }: NamedFile): X509Certificate[] {
  const blocks = data.toString("latin1").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  try {
    return (blocks ?? [data]).map((block) => new X509Certificate(block));
  } catch (error) {
    throw new TrustProblem(`${file}: not a certificate in PEM or DER (${reasonOf(error)})`);
  }
}

/** tcg-kp-AIKCertificate (TCG EK Credential Profile 2.5, 3.5.1.2 names its siblings); Azure's certificates have it, among others (agentrust-io/cmcp, 2026-07-31). */
const FOR_ATTESTATION = "2.23.133.8.3";

/**
 * An authority of a cloud certifies other keys too: the one that a TPM decrypts with, of which Google's certificates say key encipherment alone
 * (seen in others' verifiers, 2025-12), its own services', other authorities'. None of them vouches that what it signs is a TPM's quote.
 *
 * @throws {TrustProblem} when the certificate says that its key is for something else; one that says nothing counts
 */
export function assertForQuotes(leaf: X509Certificate, name: string): void {
  const refuse = (what: string) => {
    throw new TrustProblem(
      `${name}: the certificate of ${oneLine(leaf.subject)} is ${what}, and not a TPM's attestation key's; name the certificate of the key that signed the quote`,
    );
  };
  if (leaf.ca) refuse("an authority's");
  const purposes = leaf.keyUsage as string[] | undefined;
  if (purposes !== undefined && !purposes.includes(FOR_ATTESTATION))
    refuse(`for ${purposes.join(", ") || "nothing"}`);
  if (!maySign(leaf)) refuse("for a key that does not sign");
}

function maySign(leaf: X509Certificate): boolean {
  try {
    return Certificate.parse(leaf.raw).extKeyUsage?.digitalSignature ?? true;
  } catch {
    // Node reads it, and this reader does not.
    return false;
  }
}

/** Longer than any of a cloud: Azure has three, NitroTPM five. */
const LONGEST = 10;

/**
 * The key of a certificate that leads to one of the roots through the others.
 *
 * @param at milliseconds since 1970: when each certificate has to be valid
 * @throws {TrustProblem} when it does not, or one of them is expired
 */
export function chainedKey(
  leaf: X509Certificate,
  between: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  { name, at }: { name: string; at: number },
): KeyObject {
  let current = leaf;
  for (let length = 0; length < LONGEST; length++) {
    assertValid(current, name, at);
    const root = roots.find(
      (each) => issued(each, current) || each.fingerprint256 === current.fingerprint256,
    );
    if (root) {
      assertValid(root, name, at);
      return leaf.publicKey;
    }
    const issuer = between.find(
      (each) => each.fingerprint256 !== current.fingerprint256 && issued(each, current),
    );
    if (!issuer) break;
    current = issuer;
  }
  throw new TrustProblem(
    `${name}: ${oneLine(current.subject)} is issued by ${oneLine(current.issuer)}, which leads to no root given with --root: not a TPM of that cloud, or a certificate between is missing (--intermediate)`,
  );
}

/** By name and signature, and the issuer is an authority. */
function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  return issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
}

function assertValid(certificate: X509Certificate, name: string, at: number): void {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (from <= at && at <= to) return;
  // A hostile certificate's times may be none.
  const shown = (time: number, text: string) =>
    Number.isNaN(time) ? oneLine(text) : new Date(time).toISOString();
  throw new TrustProblem(
    `${name}: the certificate of ${oneLine(certificate.subject)} is valid from ${shown(from, certificate.validFrom)} to ${shown(to, certificate.validTo)}, and not at ${new Date(at).toISOString()}`,
  );
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ", ");
}
