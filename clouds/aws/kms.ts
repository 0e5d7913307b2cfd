import { type KmsCaller, type KmsKey, pemOf, SIGNING, withCure, wrongKey } from "../kms";
import { getPublicKey, sign } from "./api/keys";
import { openSession } from "./api/session";

const MAKE_ONE = "make one with `aws kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY`";

/** KMS's codes: `@aws-sdk/client-kms` 3.1164, GetPublicKeyCommand and SignCommand. */
const CURES: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "let the publisher's role do kms:GetPublicKey and kms:Sign, in its own policy or, for a key of another account, in both",
  DisabledException: "enable it (`aws kms enable-key`), or name another one in signWith.kms",
  KMSInvalidStateException:
    "it is being deleted, or waits for its material: `aws kms describe-key` says which; name another one in signWith.kms",
  NotFoundException: "check the ARN in signWith.kms, and that it is of this partition",
  InvalidArnException: "check the ARN in signWith.kms",
  UnsupportedOperationException: `only an asymmetric key has a public half; ${MAKE_ONE}`,
  InvalidKeyUsageException: MAKE_ONE,
};

/**
 * Opens a key by its ARN or that of an alias, after checking its type.
 *
 * @throws {CloudFailure} the key is absent, unusable, or of another type; with the cure
 */
export async function openAwsKey(
  { arn, region }: { arn: string; region: string },
  asker: KmsCaller,
): Promise<KmsKey> {
  const session = openSession(region, asker.signal, {
    status: (line) => asker.status(line),
    policy: SIGNING,
  });
  const cured = <T>(asked: Promise<T>): Promise<T> =>
    asked.catch((error: unknown) => {
      throw withCure(error, CURES);
    });

  const { KeySpec, KeyUsage, PublicKey } = await cured(getPublicKey(session, arn));
  if (KeySpec !== "ECC_NIST_P256" || KeyUsage !== "SIGN_VERIFY" || PublicKey === undefined) {
    throw wrongKey(
      arn,
      `${KeySpec ?? "of no known kind"} for ${KeyUsage ?? "nothing"}`,
      "ECC_NIST_P256 for SIGN_VERIFY",
      MAKE_ONE,
    );
  }
  return {
    publicKey: pemOf(PublicKey),
    sign: (sha256) => cured(sign(session, arn, sha256)),
  };
}
