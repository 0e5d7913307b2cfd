import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Secrets of a project, outside of it: a release key, and a passphrase for the state. */
export interface Secrets {
  /** Ed25519, PKCS #8 in PEM. */
  readonly key: string;
  readonly passphrase: string;
  /** SPKI in PEM, for users. */
  readonly publicKey: string;
}

/**
 * Makes both, readable by the user only, in the user's config folder; what is there already is kept.
 */
export function makeSecrets(product: string): Secrets {
  const folder = path.join(
    process.env.XDG_CONFIG_HOME || path.join(homedir(), ".config"),
    "imprimatur",
    product,
  );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = path.join(folder, "release.pem");
  const passphrase = path.join(folder, "passphrase");
  if (!existsSync(key))
    writeFileSync(key, generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }), {
      mode: 0o600,
      flag: "wx",
    });
  if (!existsSync(passphrase))
    writeFileSync(passphrase, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  const publicKey = createPublicKey(readFileSync(key, "utf8")).export({
    format: "pem",
    type: "spki",
  }) as string;
  return { key, passphrase, publicKey };
}
