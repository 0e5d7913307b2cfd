import type { Input, InputProof } from "../config/evidence";
import type { Image } from "../config/image-file";
import { type Checksums, parseChecksums } from "./checksums";
import { exportKey, type OpenpgpSigner, verifyDetached } from "./openpgp";
import { TrustProblem } from "./problem";
import { readBytes } from "./read-text";

/** Trust in a raw disk before it is read: the builder's list of digests and its signer. */
interface InputTrust {
  signer: OpenpgpSigner;
  /** File name of the signed list. */
  checksums: string;
  /** The proof for the other members. */
  proof: InputProof;
  /** The disk's digest in the list, lower-case hex SHA-512. */
  sha512: string;
}

/**
 * Checks `SHA512SUMS` and its detached signature, and finds the disk in it. The disk is not read: the caller compares
 * {@link InputTrust.sha512} with the measured digest. Throws {@link TrustProblem}: bad or foreign signature, list
 * without the disk, unreadable file.
 */
export async function checkInput(
  diskName: string,
  files: { checksums: string; signature: string; keyring: string },
): Promise<InputTrust> {
  const list = readBytes(files.checksums);
  const signature = readBytes(files.signature);
  const keyring = readBytes(files.keyring);
  const signer = await verifyDetached(list, signature, keyring, { ...files, data: files.checksums });
  const sums = parseChecksums(list.toString(), "sha512", files.checksums);
  const sha512 = digestOf(sums, diskName, files.checksums);
  const proof = {
    list: textOf(list, files.checksums),
    signature: signature.toString("base64"),
    key: (await exportKey(keyring, signer.fingerprint)).toString("base64"),
  };
  return { signer, checksums: files.checksums, sha512, proof };
}

/** As stored: re-encoding must give the same bytes. */
function textOf(list: Buffer, file: string): string {
  const text = list.toString();
  if (Buffer.from(text).equals(list) && text.length <= MOST_TEXT) return text;
  throw new TrustProblem(
    `${file}: not a list that an image file can hold: needed is UTF-8, at most 1 MiB; give a shorter list that names the disk`,
  );
}

const MOST_TEXT = 1_048_576;

/** The builder's signed digest of a disk, from an image file. */
export type SignedInput = Exclude<Input, "unsigned">;

/**
 * Verifies again the proof in an image file, which anyone with write access could have edited. Without a proof
 * nothing is checked, and only the image file itself vouches for the input.
 *
 * @param where the image file, as the user knows it, and the architecture
 * @throws {TrustProblem} when the signature is invalid, or contradicts the image file
 */
export async function verifyInput(
  { file, sha512, input }: Pick<Image, "file" | "sha512" | "input">,
  where: string,
): Promise<void> {
  if (input === undefined || input === "unsigned" || input.proof === undefined) return;
  const { proof, signer } = input;
  const at = (part: string) => `${where}: input.proof.${part}`;
  const list = Buffer.from(proof.list);
  const [signature, key] = [proof.signature, proof.key].map((text) => Buffer.from(text, "base64"));
  const files = { data: at("list"), signature: at("signature"), keyring: at("key") };
  const found = await verifyDetached(list, signature!, key!, files).catch((error: unknown) => {
    throw error instanceof TrustProblem
      ? new TrustProblem(`${error.message.split("; ")[0]}; ${AGAIN}`)
      : error;
  });
  const digest = digestOf(parseChecksums(proof.list, "sha512", at("list")), file, at("list"));
  const wrong = (["fingerprint", "user", "signedOn"] as const).flatMap((name) =>
    found[name] === signer[name] ||
    (name === "signedOn" && Date.parse(found[name]) === Date.parse(signer[name]))
      ? []
      : [`${name} is ${signer[name]}, and the signature's is ${found[name]}`],
  );
  if (digest !== sha512) wrong.push(`the disk's sha512 is ${sha512}, and the signed list says ${digest}`);
  if (wrong.length > 0) throw new TrustProblem(`${where}: input: ${wrong.join("; ")}; ${AGAIN}`);
}

const AGAIN =
  "the image file was changed after `imprimatur inspect` wrote it: run that again with --sums, --signature and --keyring";

/** Lists are in the disk's own folder, or one above with the folder as a prefix. */
function digestOf(sums: Checksums, diskName: string, file: string): string {
  const names = [...sums.keys()].filter((name) => name === diskName || name.endsWith(`/${diskName}`));
  const digests = new Set(names.map((name) => sums.get(name)));
  const [digest] = digests;
  if (digest === undefined) {
    const listed = [...sums.keys()];
    const shown = [...listed.slice(0, SHOWN), ...(listed.length > SHOWN ? ["…"] : [])].join(", ");
    throw new TrustProblem(
      `${file}: no digest of ${diskName} in it (it names ${listed.length} files${shown && `: ${shown}`}); ` +
        "give the list that belongs to the disk, and if the disk was renamed, the disk under the name that the list has for it",
    );
  }
  if (digests.size > 1) {
    throw new TrustProblem(
      `${file}: several files are called ${diskName}, with different digests: ${names.join(", ")}; ` +
        "give the list of the disk's own folder",
    );
  }
  return digest;
}

/** Number of names from the list in a message. */
const SHOWN = 4;
