/** Roles of a signed index, and their keys, as TUF 1.0 has them (https://theupdateframework.github.io/specification/v1.0.33/). */
import { createHash } from "node:crypto";
import { canonicalize } from "@tufjs/canonical-json";
import {
  Key,
  type Metadata,
  type Root,
  Signature,
  type Snapshot,
  type Targets,
  type Timestamp,
} from "@tufjs/models";
import type { Signer } from "@sigstore/sign";
import { readPublicKey } from "../public-key";
import { TrustProblem } from "../problem";

export const ROLES = ["root", "targets", "snapshot", "timestamp"] as const;
export type RoleName = (typeof ROLES)[number];

/** Metadata by the role that signs them. */
export interface RoleMetadata {
  root: Metadata<Root>;
  targets: Metadata<Targets>;
  snapshot: Metadata<Snapshot>;
  timestamp: Metadata<Timestamp>;
}

/** A key that signs for a role: a private key in a file, or in a cloud's KMS. */
export interface RoleSigner {
  /** As the user named it. */
  readonly named: string;
  readonly keyId: string;
  readonly signer: Signer;
}

/**
 * A public key in TUF's form. Its id is the SHA-256 of its DER form, hex, as `openssl pkey -pubin -outform der | sha256sum` prints
 * it: TUF leaves the choice of ids to the repository since TAP 12.
 *
 * @param pem Ed25519 or ECDSA P-256
 * @param file as named by the user
 * @throws {TrustProblem} for another kind of key
 */
export function tufKey(pem: string, file: string): Key {
  const key = readPublicKey(pem, file);
  const der = key.export({ format: "der", type: "spki" });
  const keyID = createHash("sha256").update(der).digest("hex");
  // The last 32 bytes of an Ed25519 SPKI are the raw key (RFC 8410); python-tuf takes no other form.
  return key.asymmetricKeyType === "ed25519"
    ? new Key({
        ...{ keyID, keyType: "ed25519", scheme: "ed25519" },
        keyVal: { public: der.subarray(-32).toString("hex") },
      })
    : new Key({
        ...{ keyID, keyType: "ecdsa", scheme: "ecdsa-sha2-nistp256" },
        keyVal: { public: key.export({ format: "pem", type: "spki" }).toString() },
      });
}

/** Signing nothing is how a KMS tells a key's public half, and that the key may be used. */
export async function roleSigner(named: string, signer: Signer): Promise<RoleSigner & { key: Key }> {
  const { key } = await signer.sign(Buffer.alloc(0));
  if (key.$case !== "publicKey")
    throw new TrustProblem(`${named}: an index is signed with keys, and this is an identity without one`);
  const inTuf = tufKey(key.publicKey, named);
  return { named, signer, key: inTuf, keyId: inTuf.keyID };
}

/** Those of the signers that count for a role. */
export function signersOf(root: Root, role: RoleName, signers: readonly RoleSigner[]): RoleSigner[] {
  const ids = root.roles[role]?.keyIDs ?? [];
  return signers.filter(({ keyId }, index) => {
    const isFirst = signers.findIndex((other) => other.keyId === keyId) === index;
    return isFirst && ids.includes(keyId);
  });
}

/** Adds the signatures to what is there. */
export async function signMetadata(
  metadata: RoleMetadata[RoleName],
  signers: readonly RoleSigner[],
): Promise<void> {
  const bytes = Buffer.from(canonicalize(metadata.signed.toJSON()));
  for (const { signer, keyId } of signers) {
    const { signature } = await signer.sign(bytes);
    metadata.signatures[keyId] = new Signature({ keyID: keyId, sig: signature.toString("hex") });
  }
}
