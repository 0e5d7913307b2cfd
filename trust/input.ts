import { type Checksums, parseChecksums } from "./checksums";
import { type OpenpgpSigner, verifyDetached } from "./openpgp";
import { TrustProblem } from "./problem";
import { readBytes } from "./read-text";

/** What is to be believed of a raw disk before it is read: the builder's list of digests and who signed it. */
export interface InputTrust {
  signer: OpenpgpSigner;
  /** The signed list, as a file name. */
  checksums: string;
  /** The digest that the list gives for the disk, lower-case hex SHA-512. */
  sha512: string;
}

/**
 * Checks `SHA512SUMS` and its detached signature, and finds the disk in it. Nothing of the disk is read here: the
 * caller compares {@link InputTrust.sha512} with what it measures.
 * Throws {@link TrustProblem}: bad or foreign signature, list without the disk, unreadable file.
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
  return { signer, checksums: files.checksums, sha512: digestOf(sums, diskName, files.checksums) };
}

/** Lists are made in the disk's own folder, or one above with the folder in front. */
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

/** Names of the list in a message. */
const SHOWN = 4;
