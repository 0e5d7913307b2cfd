import { type KmsCaller, type KmsKey, SIGNING, withCure, wrongKey } from "../kms";
import { asymmetricSign, getPublicKey } from "./api/keys";
import { openGoogleSession } from "./api/session";

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
 * Opens a key version after checking its algorithm.
 *
 * @throws {CloudFailure} the key is absent, unusable, or of another type; with the cure
 */
export async function openGcpKey({ version }: { version: string }, caller: KmsCaller): Promise<KmsKey> {
  const session = openGoogleSession(caller.signal, {
    status: (line) => caller.status(line),
    policy: SIGNING,
  });
  const cured = <T>(asked: Promise<T>): Promise<T> =>
    asked.catch((error: unknown) => {
      throw withCure(error, CURES);
    });

  const { pem, algorithm } = await cured(getPublicKey(session, version));
  if (algorithm !== "EC_SIGN_P256_SHA256" || pem === undefined) {
    throw wrongKey(version, algorithm ?? "of no known kind", "EC_SIGN_P256_SHA256", MAKE_ONE);
  }
  return {
    publicKey: pem,
    sign: (sha256) => cured(asymmetricSign(session, version, sha256)),
  };
}
