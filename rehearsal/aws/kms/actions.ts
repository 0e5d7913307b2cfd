import { createHash } from "node:crypto";
import type {
  CreateAliasRequest,
  CreateKeyRequest,
  DescribeKeyRequest,
  GetPublicKeyRequest,
  SignRequest,
} from "@aws-sdk/client-kms";
import { signDigest } from "../../ecdsa";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { KmsKey } from "../state/records";
import { createAlias, createKey, findEnabled, findKey, privateHalf, publicHalf } from "./keys";

/** Signing algorithms of each key kind, with the digest's length in bytes. */
const ALGORITHMS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ECC_NIST_P256: { ECDSA_SHA_256: 32 },
  ECC_NIST_P384: { ECDSA_SHA_384: 48 },
  RSA_2048: Object.fromEntries(
    ["RSASSA_PSS_SHA_", "RSASSA_PKCS1_V1_5_SHA_"].flatMap((scheme) =>
      [256, 384, 512].map((bits) => [`${scheme}${bits}`, bits / 8]),
    ),
  ),
};

/** Longest message that KMS hashes itself, bytes. */
const LONGEST_MESSAGE = 4096;

/** In the wire format: bytes are base64. */
type Sign = Omit<SignRequest, "Message"> & { Message: string };

export const keyActions: Actions = {
  CreateKey: (input: CreateKeyRequest, call) => ({ KeyMetadata: describe(createKey(input, call)) }),
  DescribeKey: ({ KeyId = "" }: DescribeKeyRequest, call) => ({
    KeyMetadata: describe(findKey(KeyId, "DescribeKey", call)),
  }),
  CreateAlias: (input: CreateAliasRequest, call) => {
    createAlias(input, call);
    return {};
  },
  DisableKey: (input: { KeyId: string }, call) => enable(input.KeyId, false, call),
  EnableKey: (input: { KeyId: string }, call) => enable(input.KeyId, true, call),
  GetPublicKey: ({ KeyId = "" }: GetPublicKeyRequest, call) => {
    const key = findEnabled(KeyId, "GetPublicKey", call);
    return {
      KeyId: key.arn,
      PublicKey: publicHalf(key),
      KeySpec: key.spec,
      CustomerMasterKeySpec: key.spec,
      KeyUsage: key.usage,
      ...(key.usage === "SIGN_VERIFY" && { SigningAlgorithms: Object.keys(ALGORITHMS[key.spec] ?? {}) }),
    };
  },
  Sign: ({ KeyId = "", Message, MessageType = "RAW", SigningAlgorithm = "" as never }: Sign, call) => {
    const key = findEnabled(KeyId, "Sign", call);
    const privateKey = privateHalf(key);
    if (key.usage !== "SIGN_VERIFY") {
      throw new AwsError(
        "InvalidKeyUsageException",
        `${key.arn} key usage is ${key.usage} which is not valid for Sign.`,
      );
    }
    const length = ALGORITHMS[key.spec]?.[SigningAlgorithm];
    if (length === undefined) {
      throw new AwsError(
        "InvalidKeyUsageException",
        `Algorithm ${SigningAlgorithm} is incompatible with key spec ${key.spec}.`,
      );
    }
    if (SigningAlgorithm !== "ECDSA_SHA_256") {
      throw new AwsError(
        "UnsupportedOperationException",
        `The stand-in KMS does not sign ${SigningAlgorithm}.`,
      );
    }
    const digest = digestOf(Buffer.from(Message, "base64"), MessageType, length, SigningAlgorithm);
    const signature = signDigest(privateKey, digest, "der");
    return { KeyId: key.arn, Signature: signature.toString("base64"), SigningAlgorithm };
  },
};

function digestOf(message: Buffer, type: string, length: number, algorithm: string): Buffer {
  if (message.length === 0 || message.length > LONGEST_MESSAGE) {
    throw new AwsError(
      "ValidationException",
      "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length between 1 and 4096",
    );
  }
  if (type === "RAW") return createHash("sha256").update(message).digest();
  if (type !== "DIGEST") throw new AwsError("ValidationException", `MessageType ${type} is not valid here.`);
  if (message.length === length) return message;
  throw new AwsError("ValidationException", `Digest is invalid length for algorithm ${algorithm}.`);
}

function enable(name: string, enabled: boolean, call: Call): object {
  // KMS does not accept an alias here.
  if (/(^|:)alias\//.test(name)) throw new AwsError("InvalidArnException", `Invalid keyId ${name}`);
  const key = findKey(name, enabled ? "EnableKey" : "DisableKey", call);
  call.world.kmsKeys.set(key.arn, { ...key, enabled });
  return {};
}

function describe(key: KmsKey): object {
  return {
    AWSAccountId: key.owner,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt / 1000,
    Enabled: key.enabled,
    Description: key.description ?? "",
    KeyUsage: key.usage,
    KeyState: key.enabled ? "Enabled" : "Disabled",
    Origin: "AWS_KMS",
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    MultiRegion: false,
    ...(key.usage === "SIGN_VERIFY" && { SigningAlgorithms: Object.keys(ALGORITHMS[key.spec] ?? {}) }),
  };
}
