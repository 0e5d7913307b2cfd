import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** What signs the records of a rehearsal, and what strangers are given to check them: files in PEM. */
export interface ReleaseKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** The rehearsal's own key, made once; it proves nothing outside of it. */
export function releaseKey(folder: string): ReleaseKey {
  const privateKey = path.join(folder, "release-key.pem");
  const publicKey = path.join(folder, "publisher.pem");
  if (!fs.existsSync(privateKey)) {
    const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" });
    fs.writeFileSync(`${privateKey}.new`, pem, { mode: 0o600 });
    fs.renameSync(`${privateKey}.new`, privateKey);
  }
  if (!fs.existsSync(publicKey)) {
    const key = createPublicKey(createPrivateKey(fs.readFileSync(privateKey)));
    fs.writeFileSync(publicKey, key.export({ format: "pem", type: "spki" }));
  }
  return { privateKey, publicKey };
}
