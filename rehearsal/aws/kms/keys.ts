import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from "node:crypto";
import type { CreateAliasRequest, CreateKeyRequest } from "@aws-sdk/client-kms";
import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { KmsKey } from "../state/records";

/** Supported kinds of keys, with their usages. The real KMS has more: `@aws-sdk/client-kms`, `KeySpec`. */
const KINDS: Readonly<Record<string, { usages: readonly string[]; make?: () => KeyObject }>> = {
  SYMMETRIC_DEFAULT: { usages: ["ENCRYPT_DECRYPT"] },
  ECC_NIST_P256: {
    usages: ["SIGN_VERIFY", "KEY_AGREEMENT"],
    make: () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  },
  ECC_NIST_P384: {
    usages: ["SIGN_VERIFY", "KEY_AGREEMENT"],
    make: () => generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey,
  },
  RSA_2048: {
    usages: ["SIGN_VERIFY", "ENCRYPT_DECRYPT"],
    make: () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  },
};

export function createKey(input: CreateKeyRequest, call: Call): KmsKey {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  const usage = input.KeyUsage ?? "ENCRYPT_DECRYPT";
  const kind = KINDS[spec];
  if (!kind)
    throw new AwsError("UnsupportedOperationException", `The stand-in KMS makes no keys of ${spec}.`);
  if (!kind.usages.includes(usage)) {
    throw new AwsError("ValidationException", `KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
  }
  const id = randomUUID();
  const key: KmsKey = {
    id,
    arn: `arn:aws:kms:${call.region}:${call.account.id}:key/${id}`,
    region: call.region,
    owner: call.account.id,
    spec,
    usage,
    enabled: true,
    createdAt: call.world.now(),
    ...(input.Description && { description: input.Description }),
    ...(kind.make && { privateKey: kind.make().export({ format: "pem", type: "pkcs8" }).toString() }),
  };
  call.world.kmsKeys.set(key.arn, key);
  return key;
}

export function createAlias({ AliasName = "", TargetKeyId = "" }: CreateAliasRequest, call: Call): void {
  if (!/^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/.test(AliasName)) {
    throw new AwsError(
      "ValidationException",
      `Alias must start with the prefix "alias/" and not with "alias/aws/".`,
    );
  }
  const arn = `arn:aws:kms:${call.region}:${call.account.id}:${AliasName}`;
  if (call.world.kmsAliases.get(arn)) {
    throw new AwsError("AlreadyExistsException", `An alias with the name ${arn} already exists`);
  }
  call.world.kmsAliases.set(arn, { arn, target: findKey(TargetKeyId, "CreateAlias", call).arn });
}

/**
 * The key of an id, ARN, alias name or alias ARN, for its owner only: key policies are not rehearsed.
 *
 * @throws AwsError in KMS's words (2026-11: "Invalid arn" and a region, github.com/nakedible/openssl-engine-kms issue
 * 1)
 */
export function findKey(name: string, action: string, call: Call): KmsKey {
  const { world, account, region } = call;
  const prefix = `arn:aws:kms:${region}:${account.id}:`;
  const arn = name.startsWith("arn:") ? name : prefix + (name.startsWith("alias/") ? name : `key/${name}`);
  const [, , service, home, owner, rest = ""] = arn.split(":");
  if (service !== "kms" || !/^(key|alias)\/./.test(rest))
    throw new AwsError("NotFoundException", "Invalid arn");
  if (home !== region) throw new AwsError("NotFoundException", `Invalid arn ${home}`);
  if (owner !== account.id) {
    throw new AwsError(
      "AccessDeniedException",
      `User: arn:aws:iam::${account.id}:root is not authorized to perform: kms:${action} on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    );
  }
  if (rest.startsWith("alias/")) {
    const alias = world.kmsAliases.get(arn);
    if (!alias) throw new AwsError("NotFoundException", `Alias ${arn} is not found.`);
    return findKey(alias.target, action, call);
  }
  const key = world.kmsKeys.get(arn);
  if (!key) throw new AwsError("NotFoundException", `Key '${arn}' does not exist`);
  return key;
}

/** @throws AwsError when the key is disabled */
export function findEnabled(name: string, action: string, call: Call): KmsKey {
  const key = findKey(name, action, call);
  if (!key.enabled) throw new AwsError("DisabledException", `${key.arn} is disabled.`);
  return key;
}

export function privateHalf(key: KmsKey): KeyObject {
  if (key.privateKey === undefined) {
    throw new AwsError("UnsupportedOperationException", `${key.arn} is not an asymmetric key.`);
  }
  return createPrivateKey(key.privateKey);
}

/** DER, base64. */
export function publicHalf(key: KmsKey): string {
  return createPublicKey(privateHalf(key)).export({ format: "der", type: "spki" }).toString("base64");
}
