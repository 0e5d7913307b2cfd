import path from "node:path";
import type { Image } from "../config/image-file";
import { checkInput, type SignedInput } from "../trust/input";
import { Refusal, UsageProblem } from "./problem";

interface InputOptions {
  sums?: string;
  signature?: string;
  keyring?: string;
}

/**
 * The builder's signed digest of a disk, verified; `undefined` if none is given. The disk is not opened.
 *
 * @throws {UsageProblem} when the options are incomplete
 * @throws {TrustProblem} when it cannot be trusted, or does not name the disk
 */
export async function trustedInput(disk: string, options: InputOptions): Promise<SignedInput | undefined> {
  const { sums, signature, keyring } = options;
  if (sums === undefined && signature === undefined && keyring === undefined) return undefined;
  if (sums === undefined || signature === undefined || keyring === undefined) {
    const missing = (["sums", "signature", "keyring"] as const).filter((name) => options[name] === undefined);
    throw new UsageProblem(
      `${missing.map((name) => `--${name}`).join(" and ")} ${missing.length > 1 ? "are" : "is"} missing: a list is trusted by its signature, and a signature by its key.`,
    );
  }
  const { signer, sha512, proof } = await checkInput(path.basename(disk), {
    checksums: sums,
    signature,
    keyring,
  });
  return { signer, checksums: path.basename(sums), sha512, proof };
}

/** @throws {Refusal} when the disk is not the signed one */
export function compareInput(disk: string, { sha512 }: Image, trusted: SignedInput | undefined): void {
  if (trusted === undefined || trusted.sha512 === sha512) return;
  const { user, fingerprint } = trusted.signer;
  throw new Refusal(
    `${disk}: its SHA-512 is ${sha512}, and ${trusted.checksums}, signed by ${user || fingerprint}, says ${trusted.sha512}. ` +
      "Fetch or build the disk again; nothing was written.",
  );
}
