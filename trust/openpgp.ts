import type { PublicKey, VerifyMessageResult } from "openpgp" with { "resolution-mode": "import" };
import { TrustProblem } from "./problem";

/** The signer, according to keyring and signature. */
export interface OpenpgpSigner {
  /** Fingerprint of the primary key, upper-case hex. */
  fingerprint: string;
  /** First user id of the key. */
  user: string;
  /** Time of the signature, RFC 3339, UTC. */
  signedOn: string;
}

/**
 * Checks a detached OpenPGP signature (RFC 9580) over `data` against a keyring, each binary or armored.
 * One valid signature by a key of the keyring is enough; the signature's own time decides whether the key was valid.
 * Throws {@link TrustProblem} otherwise.
 */
export async function verifyDetached(
  data: Buffer,
  signature: Buffer,
  keyring: Buffer | readonly Buffer[],
  files: { data: string; signature: string; keyring: string },
): Promise<OpenpgpSigner> {
  const openpgp = await import("openpgp");
  const keys = await keysIn(keyring, files.keyring);
  const parsed = await parse(files.signature, "a detached OpenPGP signature", async () =>
    openpgp.readSignature({ binarySignature: await packetsOf(signature) }),
  );
  const message = await openpgp.createMessage({ binary: data });
  const { signatures } = await openpgp.verify({ message, signature: parsed, verificationKeys: keys });
  return signerOf(signatures, keys, files);
}

/**
 * Checks a text with its OpenPGP signature in one file (RFC 9580, 7: the cleartext signature framework), e.g. an
 * InRelease file. Only the returned text is signed: what stands around it in the file is not.
 *
 * @param date time of the check
 * @throws {TrustProblem} as {@link verifyDetached}
 */
export async function verifyCleartext(
  data: Buffer,
  keyring: Buffer | readonly Buffer[],
  files: { data: string; keyring: string },
  date: Date,
): Promise<{ text: string; signer: OpenpgpSigner }> {
  const openpgp = await import("openpgp");
  const keys = await keysIn(keyring, files.keyring);
  const message = await parse(
    files.data,
    "a text with an OpenPGP signature",
    () => openpgp.readCleartextMessage({ cleartextMessage: data.toString("utf8") }),
    "; fetch it again",
  );
  const { signatures } = await openpgp.verify({ message, verificationKeys: keys, date });
  const signer = await signerOf(signatures, keys, { ...files, signature: files.data });
  return { text: message.getText(), signer };
}

type Keys = PublicKey[];
type Signatures = VerifyMessageResult["signatures"];

async function keysIn(keyring: Buffer | readonly Buffer[], file: string): Promise<Keys> {
  if (!Buffer.isBuffer(keyring)) return (await Promise.all(keyring.map((part) => keysIn(part, file)))).flat();
  if (keyring.subarray(8, 12).equals(KEYBOX)) {
    throw new TrustProblem(
      `${file}: GnuPG's own keybox, which is no OpenPGP keyring; write one with \`gpg --export <fingerprint> > keyring.gpg\``,
    );
  }
  const { readKeys } = await import("openpgp");
  return parse(file, "an OpenPGP keyring", async () => readKeys({ binaryKeys: await packetsOf(keyring) }));
}

/** The signer of the first valid signature. */
async function signerOf(
  signatures: Signatures,
  keys: Keys,
  files: { data: string; signature: string; keyring: string },
): Promise<OpenpgpSigner> {
  const problems: string[] = [];
  for (const each of signatures) {
    const id = each.keyID.toHex().toUpperCase();
    try {
      await each.verified;
    } catch (error) {
      const known = keys.some((key) => key.getKeys(each.keyID).length > 0);
      problems.push(
        known
          ? `key ${id}: ${error instanceof Error ? error.message : String(error)}`
          : `key ${id} is not in ${files.keyring}`,
      );
      continue;
    }
    const key = keys.find((candidate) => candidate.getKeys(each.keyID).length > 0);
    const packet = (await each.signature).packets[0];
    return {
      fingerprint: key?.getFingerprint().toUpperCase() ?? id,
      user: key?.getUserIDs()[0] ?? "",
      signedOn: (packet?.created ?? new Date(0)).toISOString(),
    };
  }
  throw new TrustProblem(
    `${files.signature}: no valid signature of ${files.data} (${problems.join("; ") || "it holds none"}); fetch both again, or give the signer's key in the keyring`,
  );
}

/** A key of a keyring by fingerprint, in binary form, without third-party certifications, which may be megabytes. */
export async function exportKey(keyring: Buffer, fingerprint: string): Promise<Buffer> {
  const { readKeys } = await import("openpgp");
  const keys = await readKeys({ binaryKeys: await packetsOf(keyring) });
  const key = keys.find((key) => key.getFingerprint().toUpperCase() === fingerprint);
  for (const user of key?.users ?? []) user.otherCertifications = [];
  return Buffer.from(key?.toPublic().write() ?? []);
}

/** "KBXf", 8 bytes into the file: GnuPG, kbx/keybox-blob.c, 2026-11. */
const KEYBOX = Buffer.from("KBXf");

const ARMOR = /-----BEGIN PGP ([A-Z ]+)-----[^]*?-----END PGP \1-----/g;

/** The packets themselves, or those of every armored block, ignoring text between blocks: like `gpg --dearmor`. */
async function packetsOf(bytes: Buffer): Promise<Uint8Array> {
  // The first bit of a packet is set (RFC 9580, 4.2), that of ASCII text is not.
  if (((bytes[0] ?? 0) & 0x80) !== 0 && !startsWithMark(bytes)) return bytes;
  const blocks = bytes.toString("utf8").match(ARMOR);
  if (!blocks) return bytes;
  const { unarmor } = await import("openpgp");
  const packets = await Promise.all(
    blocks.map(async (block) => (await unarmor(`${block}\n`)).data as Uint8Array),
  );
  return Buffer.concat(packets);
}

/** A byte order mark of UTF-8. */
function startsWithMark(bytes: Buffer): boolean {
  return bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
}

async function parse<T>(file: string, what: string, read: () => Promise<T>, cure = ""): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new TrustProblem(
      `${file}: not ${what} (${error instanceof Error ? error.message : String(error)})${cure}`,
    );
  }
}
