/** Keys of an index's roles, as they are named on the command line: a file, or a key in a cloud's KMS. */
import type { Key } from "@tufjs/models";
import { kmsUri } from "../../config/kms";
import { kmsSigner } from "../../trust/kms";
import { readText } from "../../trust/read-text";
import { keyFileSigner, PASSPHRASE_VARIABLE } from "../../trust/sign";
import { type RoleSigner, roleSigner, tufKey } from "../../trust/signed-index/roles";
import { onInterrupt } from "../interrupt";
import type { Io } from "../io";
import { UsageProblem } from "../problem";
import { whileWaiting } from "../waiting";

/** Private keys that sign where --sign names none, with a comma between them. */
export const KEYS_VARIABLE = "IMPRIMATUR_INDEX_KEYS";

/** A key of a role; `signer`: its private half is at hand. */
export interface NamedKey {
  readonly key: Key;
  readonly signer?: RoleSigner;
}

/**
 * Opens keys. A KMS is asked once for each.
 *
 * @param names files of public or private keys in PEM, or KMS keys as cosign names them
 * @throws {TrustProblem} for the first that is no key, or that its KMS refuses
 */
export async function openKeys(names: readonly string[], io: Io): Promise<NamedKey[]> {
  const distinct = [...new Set(names)];
  const opened = new Map<string, NamedKey>();
  for (const name of distinct) opened.set(name, await openKey(name, io));
  return names.map((name) => opened.get(name)!);
}

async function openKey(name: string, io: Io): Promise<NamedKey> {
  if (/^[a-z]+:\/\//i.test(name)) {
    const parsed = kmsUri.safeParse(name);
    if (!parsed.success) throw new UsageProblem(`${name}: ${parsed.error.issues[0]?.message}`);
    const open = ({ status }: { status: (line: string) => void }) =>
      onInterrupt((signal) => roleSigner(name, kmsSigner(name, { signal, status })));
    const signer = await whileWaiting(io, `waiting for ${name}`, open);
    return { key: signer.key, signer };
  }
  const text = readText(name, { cure: "name the file of a key, or a key of a KMS" });
  if (!text.includes("PRIVATE KEY")) return { key: tufKey(text, name) };
  const passphrase = process.env[PASSPHRASE_VARIABLE] || undefined;
  const signer = await roleSigner(name, keyFileSigner(text, name, passphrase));
  return { key: signer.key, signer };
}

/**
 * The private keys of --sign, or of the environment.
 *
 * @throws {UsageProblem} for a public one
 */
export async function openSigners(names: readonly string[], io: Io): Promise<RoleSigner[]> {
  const keys = await openKeys(signNames(names), io);
  return keys.map(({ signer }, index) => {
    if (signer) return signer;
    throw new UsageProblem(
      `${signNames(names)[index]}: a public key; --sign needs the private one, or a KMS key`,
    );
  });
}

export function signNames(names: readonly string[]): string[] {
  if (names.length > 0) return [...names];
  return (process.env[KEYS_VARIABLE] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
