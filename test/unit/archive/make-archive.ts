import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { PrivateKey } from "openpgp" with { "resolution-mode": "import" };

export interface MadeSuite {
  suite: string;
  /** Paragraphs of binary-amd64 of main. */
  packages: string;
  /** More fields of the Release file, and other values of those that it has. */
  fields?: Record<string, string>;
  /** How Packages is compressed; default: gzip. */
  packed?: { ending: string; pack: (bytes: Buffer) => Buffer };
}

/** The archive's clock. */
export const MADE = new Date("2026-11-28T02:00:00Z");
export const NOW = new Date("2026-11-30T02:00:00Z");

export interface Keys {
  readonly key: PrivateKey;
  /** Public part, armored. */
  readonly keyring: string;
}

export async function makeKeys(name: string): Promise<Keys> {
  const { generateKey } = await import("openpgp");
  const userIDs = [{ name }];
  const { privateKey } = await generateKey({ userIDs, format: "object", date: new Date("2026-01-01") });
  return { key: privateKey, keyring: privateKey.toPublic().armor() };
}

/** Writes a signed suite below a folder, as a Debian archive has it: the compressed index alone. */
export async function makeSuite(folder: string, made: MadeSuite, { key }: Keys): Promise<void> {
  const { createCleartextMessage, sign } = await import("openpgp");
  const { ending, pack } = made.packed ?? { ending: ".gz", pack: gzipSync };
  const packed = pack(Buffer.from(made.packages));
  const entry = (name: string, bytes: Buffer) =>
    ` ${createHash("sha256").update(bytes).digest("hex")} ${bytes.length} main/binary-amd64/${name}`;
  const fields: Record<string, string> = {
    ...{ Origin: "Debian", Label: "Debian", Suite: "stable", Codename: made.suite },
    ...{ Date: MADE.toUTCString(), Architectures: "all amd64 arm64", Components: "main contrib" },
    "No-Support-for-Architecture-all": "Packages",
    ...made.fields,
    SHA256: `\n${[entry("Packages", Buffer.from(made.packages)), entry(`Packages${ending}`, packed)].join("\n")}`,
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const message = await createCleartextMessage({ text: `${text.join("\n")}\n` });
  const signed = await sign({ message, signingKeys: key, date: MADE });
  const write = (name: string, content: string | Buffer) => {
    const file = join(folder, "dists", made.suite, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  write("InRelease", signed);
  write(`main/binary-amd64/Packages${ending}`, packed);
}

/** A paragraph of an index or of dpkg's status. */
export function paragraph(name: string, version: string, more: Record<string, string> = {}): string {
  const fields = { Package: name, Architecture: "amd64", Version: version, ...more };
  return `${Object.entries(fields)
    .map(([field, value]) => `${field}: ${value}`)
    .join("\n")}\n\n`;
}
