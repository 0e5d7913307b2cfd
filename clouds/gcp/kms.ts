import { CloudFailure } from "../failure";
import { type KmsCaller, type KmsKey, withCure, wrongKey } from "../kms";
import { crc32c } from "./crc32c";
import { type GoogleRequest, kmsEndpoint, openGoogleSession, sendOnce, withRetry } from "./http";

const MAKE_ONE =
  "make one with `gcloud kms keys create … --purpose asymmetric-signing --default-algorithm ec-sign-p256-sha256`";

/** By `error.status`: cloud.google.com/kms/docs/reference/rest/v1, read 2026-11. */
const CURES: Readonly<Record<string, string>> = {
  PERMISSION_DENIED:
    "give the publisher's account roles/cloudkms.signerVerifier on the key, and check the name in signWith.kms",
  NOT_FOUND: "check the name in signWith.kms",
  FAILED_PRECONDITION:
    "enable it (`gcloud kms keys versions enable`), or name another version in signWith.kms",
  INVALID_ARGUMENT: MAKE_ONE,
};

/**
 * A key's version, after a look at its algorithm. Checksums both ways, as Google advises: cloud.google.com/kms/docs/
 * data-integrity-guidelines, read 2026-11.
 *
 * @throws {CloudFailure} there is no such key, it may not be used, or it is of another kind; with the cure
 */
export async function openGcpKey({ version }: { version: string }, caller: KmsCaller): Promise<KmsKey> {
  const session = openGoogleSession(caller.signal, caller);
  const ask = <T>(what: string, request: GoogleRequest, read: (answer: Answer) => T): Promise<T> =>
    withRetry(session, `${what} ${version}`, async (inner) => {
      const { text } = await sendOnce(session, `${what} ${version}`, request, inner);
      return read(JSON.parse(text) as Answer);
    }).catch((error: unknown) => {
      throw withCure(error, CURES);
    });

  const url = `${kmsEndpoint()}/${version}`;
  const { pem, algorithm } = await ask(
    "getPublicKey",
    { method: "GET", url: `${url}/publicKey` },
    (answer) => {
      if (sumOf(Buffer.from(answer.pem ?? "")) !== answer.pemCrc32c) throw broken("getPublicKey", version);
      return answer;
    },
  );
  if (algorithm !== "EC_SIGN_P256_SHA256" || pem === undefined) {
    throw wrongKey(version, algorithm ?? "of no known kind", "EC_SIGN_P256_SHA256", MAKE_ONE);
  }
  return {
    publicKey: pem,
    sign(sha256) {
      const json = { digest: { sha256: sha256.toString("base64") }, digestCrc32c: sumOf(sha256) };
      return ask("asymmetricSign", { method: "POST", url: `${url}:asymmetricSign`, json }, (answer) => {
        const signature = Buffer.from(answer.signature ?? "", "base64");
        const isWhole = answer.verifiedDigestCrc32c === true && sumOf(signature) === answer.signatureCrc32c;
        if (!isWhole || answer.name !== version) throw broken("asymmetricSign", version);
        return signature;
      });
    },
  };
}

/** The members that are looked at, of both answers. 64-bit numbers are text. */
interface Answer {
  name?: string;
  pem?: string;
  pemCrc32c?: string;
  algorithm?: string;
  signature?: string;
  signatureCrc32c?: string;
  verifiedDigestCrc32c?: boolean;
}

const sumOf = (bytes: Buffer) => String(crc32c(bytes));

/** Passing, like any broken transfer. */
function broken(what: string, version: string): CloudFailure {
  return new CloudFailure("network", `${what} ${version} on Google Cloud: the answer's checksums do not fit`);
}
