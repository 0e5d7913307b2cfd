import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Table } from "../../store/journal";
import { KmsError } from "./errors";

/** Supported key algorithms, with their purposes; the real API has more: `CryptoKeyVersionAlgorithm`. */
const ALGORITHMS: Readonly<Record<string, { purpose: string; make?: () => KeyObject }>> = {
  GOOGLE_SYMMETRIC_ENCRYPTION: { purpose: "ENCRYPT_DECRYPT" },
  EC_SIGN_P256_SHA256: {
    purpose: "ASYMMETRIC_SIGN",
    make: () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  },
  EC_SIGN_P384_SHA384: {
    purpose: "ASYMMETRIC_SIGN",
    make: () => generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey,
  },
  RSA_SIGN_PKCS1_2048_SHA256: {
    purpose: "ASYMMETRIC_SIGN",
    make: () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  },
};

export interface KeyRing {
  name: string;
  project: string;
  location: string;
  createTime: string;
}

export interface CryptoKey {
  name: string;
  purpose: string;
  algorithm: string;
  createTime: string;
}

export interface KeyVersion {
  name: string;
  state: "ENABLED" | "DISABLED";
  algorithm: string;
  createTime: string;
  /** PEM; absent for symmetric keys, which cannot be used here. */
  privateKey?: string;
}

/** Key rings, keys and their versions by name. Undeletable, as in the real Cloud KMS. */
export class KmsKeys {
  constructor(
    readonly rings: Table<KeyRing>,
    readonly keys: Table<CryptoKey>,
    readonly versions: Table<KeyVersion>,
  ) {}

  makeRing(project: string, location: string, id: string): KeyRing {
    const name = `projects/${project}/locations/${location}/keyRings/${id}`;
    this.free(this.rings.get(name), name);
    const ring = { name, project, location, createTime: new Date().toISOString() };
    this.rings.set(name, ring);
    return ring;
  }

  makeKey(ring: string, id: string, purpose: string, algorithm = "GOOGLE_SYMMETRIC_ENCRYPTION"): CryptoKey {
    if (!this.rings.get(ring)) throw KmsError.notFound("KeyRing", ring);
    const name = `${ring}/cryptoKeys/${id}`;
    this.free(this.keys.get(name), name);
    const known = ALGORITHMS[algorithm];
    if (!known) throw KmsError.invalid(`The rehearsed Cloud KMS does not have the algorithm ${algorithm}.`);
    if (known.purpose !== purpose) {
      throw KmsError.invalid(`Algorithm ${algorithm} is not valid for purpose ${purpose}.`);
    }
    const key = { name, purpose, algorithm, createTime: new Date().toISOString() };
    this.keys.set(name, key);
    this.makeVersion(name);
    return key;
  }

  /** Versions count from 1. */
  makeVersion(key: string): KeyVersion {
    const found = this.keys.get(key);
    if (!found) throw KmsError.notFound("CryptoKey", key);
    const before = [...this.versions.values()].filter(({ name }) => name.startsWith(`${key}/`)).length;
    const { algorithm } = found;
    const privateKey = ALGORITHMS[algorithm]?.make?.().export({ format: "pem", type: "pkcs8" }).toString();
    const version: KeyVersion = {
      name: `${key}/cryptoKeyVersions/${before + 1}`,
      state: "ENABLED",
      algorithm,
      createTime: new Date().toISOString(),
      ...(privateKey !== undefined && { privateKey }),
    };
    this.versions.set(version.name, version);
    return version;
  }

  find(name: string): KeyVersion {
    const version = this.versions.get(name);
    if (version) return version;
    throw KmsError.notFound("CryptoKeyVersion", name);
  }

  /** The private key of an enabled version. */
  usable(name: string): { version: KeyVersion; privateKey: KeyObject } {
    const version = this.find(name);
    if (version.privateKey === undefined) {
      throw KmsError.invalid(
        `The purpose of ${name} is ENCRYPT_DECRYPT, which has no public key and does not sign.`,
      );
    }
    if (version.state !== "ENABLED") {
      throw KmsError.precondition(`${name} is not enabled, current state is: ${version.state}.`);
    }
    return { version, privateKey: createPrivateKey(version.privateKey) };
  }

  private free(found: unknown, name: string): void {
    if (found) throw KmsError.exists(name);
  }
}

export function publicPem(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: "pem", type: "spki" }).toString();
}
