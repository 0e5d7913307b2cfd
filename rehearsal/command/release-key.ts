import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { REHEARSAL_KEY_NOTE } from "../../facts/reserved";

/** Signing key of a rehearsal's records, and the public key for verifiers: PEM files. */
interface ReleaseKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** The rehearsal's own key, created once; it proves nothing elsewhere. */
export function releaseKey(folder: string): ReleaseKey {
  const privateKey = path.join(folder, "release-key.pem");
  const publicKey = path.join(folder, "publisher.pem");
  if (!fs.existsSync(privateKey)) {
    const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" });
    fs.writeFileSync(`${privateKey}.new`, `${REHEARSAL_KEY_NOTE}\n${pem.toString()}`, { mode: 0o600 });
    fs.renameSync(`${privateKey}.new`, privateKey);
  }
  if (!fs.existsSync(publicKey)) {
    const key = createPublicKey(createPrivateKey(fs.readFileSync(privateKey)));
    fs.writeFileSync(publicKey, key.export({ format: "pem", type: "spki" }));
  }
  return { privateKey, publicKey };
}
