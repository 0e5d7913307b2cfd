/**
 * Cloud KMS calls on one version of a key. Checksums in both directions, as Google advises:
 * cloud.google.com/kms/docs/ data-integrity-guidelines, read 2026-11.
 */
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import { crc32c } from "../crc32c";
import { kmsEndpoint } from "./endpoints";
import { type GoogleRequest, type GoogleSession, sendOnce, withRetry } from "./session";

/** Google's JSON has 64-bit numbers as text. */
interface PublicKey {
  pem?: string;
  pemCrc32c?: string;
  algorithm?: string;
}

export function getPublicKey(session: GoogleSession, version: string): Promise<PublicKey> {
  const request = { method: "GET", url: `${kmsEndpoint()}/${version}/publicKey` } as const;
  return whole(session, `getPublicKey ${version}`, request, (answer: PublicKey) => {
    return sumOf(Buffer.from(answer.pem ?? "")) === answer.pemCrc32c ? answer : undefined;
  });
}

interface Signed {
  name?: string;
  signature?: string;
  signatureCrc32c?: string;
  verifiedDigestCrc32c?: boolean;
}

/** @returns the signature in DER */
export function asymmetricSign(session: GoogleSession, version: string, sha256: Buffer): Promise<Buffer> {
  const request = {
    method: "POST",
    url: `${kmsEndpoint()}/${version}:asymmetricSign`,
    json: { digest: { sha256: sha256.toString("base64") }, digestCrc32c: sumOf(sha256) },
  } as const;
  return whole(session, `asymmetricSign ${version}`, request, (answer: Signed) => {
    const signature = Buffer.from(answer.signature ?? "", "base64");
    const isWhole = answer.verifiedDigestCrc32c === true && sumOf(signature) === answer.signatureCrc32c;
    return isWhole && answer.name === version ? signature : undefined;
  });
}

/** @param read returns `undefined` if the response is corrupt; it is then retried, like any failed transfer */
function whole<A, T>(
  session: GoogleSession,
  what: string,
  request: GoogleRequest,
  read: (answer: A) => T | undefined,
): Promise<T> {
  return withRetry(session, what, async (signal) => {
    const { text } = await sendOnce(session, what, request, signal);
    const result = read(jsonAnswer<A>(`${what} on Google Cloud`, text));
    if (result !== undefined) return result;
    throw new CloudFailure("network", `${what} on Google Cloud: the answer's checksums do not fit`);
  });
}

const sumOf = (bytes: Buffer) => String(crc32c(bytes));
