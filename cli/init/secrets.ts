import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Secrets of a project, outside of it; absent: a KMS holds it. */
export interface Secrets {
  /** Release key: Ed25519, PKCS #8 in PEM. */
  readonly key?: string;
  /** Its public key, SPKI in PEM, for users. */
  readonly publicKey?: string;
  /** Of the state. */
  readonly passphrase?: string;
}

/**
 * Makes those that are needed, readable by the user only, in the user's config folder; what is there already is kept.
 */
export function makeSecrets(
  product: string,
  { hasPassphrase, hasKeyFile }: { readonly hasPassphrase: boolean; readonly hasKeyFile: boolean },
): Secrets {
  const folder = path.join(
    process.env.XDG_CONFIG_HOME || path.join(homedir(), ".config"),
    "imprimatur",
    product,
  );
  if (hasPassphrase || hasKeyFile) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ...(hasKeyFile && keyIn(path.join(folder, "release.pem"))),
    ...(hasPassphrase && { passphrase: passphraseIn(path.join(folder, "passphrase")) }),
  };
}

function keyIn(key: string): Pick<Secrets, "key" | "publicKey"> {
  if (!existsSync(key))
    writeSecret(key, generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }));
  const publicKey = createPublicKey(readFileSync(key, "utf8")).export({ format: "pem", type: "spki" });
  return { key, publicKey: publicKey.toString() };
}

function passphraseIn(file: string): string {
  if (!existsSync(file)) writeSecret(file, `${randomBytes(24).toString("base64url")}\n`);
  return file;
}

function writeSecret(file: string, text: string | Buffer): void {
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
}
