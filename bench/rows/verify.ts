import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readImageFile } from "../../config/image-file";
import { statementOf } from "../../provider/record";
import { keyFileSigner, signStatement } from "../../trust/sign";
import { imprimatur, shell } from "../program";
import type { Input } from "../inputs";
import type { Place, Row } from "../row";

const row = (input: Input, goal: number): Row => ({
  name: `verify-${input}`,
  job: `verify disk, ${input}`,
  anchor: "openssl dgst -sha256",
  goal,
  input,
  needs: ["openssl"],
  async prepare(place) {
    const { record, key } = await sign(place);
    return {
      ours: imprimatur("verify", "disk", place.disk, "--record", record, "--key", key),
      theirs: shell('openssl dgst -sha256 "$1"', place.disk),
    };
  },
});

export const VERIFY: readonly Row[] = [row("dense", 0.6), row("sparse", 0.3)];

/** A record of the disk alone, by a new key. */
async function sign({ disk, scratch }: Place): Promise<{ record: string; key: string }> {
  const [described, record, key] = ["1.json", "1.sigstore.json", "key.pem"].map((name) =>
    join(scratch, name),
  );
  const [file, ...args] = imprimatur(
    ...["inspect", disk, "--product", "bench", "--version", "1", "--architecture", "x86_64"],
    ...["--boot-mode", "legacy-bios", "--output", described!],
  ).command;
  execFileSync(file, args, { stdio: ["ignore", "ignore", "inherit"] });
  const { imageFile, message } = readImageFile(readFileSync(described!, "utf8"), described!);
  if (imageFile === undefined) throw new Error(message);
  const facts = { product: "bench", version: "1", publisher: "Bench", provenance: "official" } as const;
  const rest = { configDigest: "0".repeat(64), folder: "records", objects: [], imageFile };
  const keys = generateKeyPairSync("ed25519");
  writeFileSync(key!, keys.publicKey.export({ format: "pem", type: "spki" }));
  const signer = keyFileSigner(keys.privateKey.export({ format: "pem", type: "pkcs8" }), "key");
  writeFileSync(record!, await signStatement(statementOf({ ...facts, ...rest }, new Date()), signer));
  return { record: record!, key: key! };
}
