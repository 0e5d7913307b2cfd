import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { releaseKey } from "../../../../rehearsal/command/release-key";

test("a rehearsal has one release key, which only its owner can read, and the public key that fits it", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-key-"));
  try {
    const first = releaseKey(folder);
    const pem = fs.readFileSync(first.privateKey, "utf8");
    expect(fs.statSync(first.privateKey).mode & 0o077).toBe(0);
    fs.rmSync(first.publicKey);
    expect(releaseKey(folder)).toEqual(first);
    expect(fs.readFileSync(first.privateKey, "utf8")).toBe(pem);
    const signature = sign(null, Buffer.from("a record"), createPrivateKey(pem));
    const publicKey = createPublicKey(fs.readFileSync(first.publicKey));
    expect(verify(null, Buffer.from("a record"), publicKey, signature)).toBe(true);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
