import { TrustProblem } from "./problem";

/** Who signed, as far as the keyring and the signature say. */
export interface OpenpgpSigner {
  /** Fingerprint of the primary key, upper-case hex. */
  fingerprint: string;
  /** First user id of the key. */
  user: string;
  /** When the signature was made, RFC 3339, UTC. */
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
  keyring: Buffer,
  files: { data: string; signature: string; keyring: string },
): Promise<OpenpgpSigner> {
  const openpgp = await import("openpgp");
  const keys = await parse(files.keyring, "an OpenPGP keyring", () =>
    isArmored(keyring)
      ? openpgp.readKeys({ armoredKeys: keyring.toString() })
      : openpgp.readKeys({ binaryKeys: keyring }),
  );
  const parsed = await parse(files.signature, "a detached OpenPGP signature", () =>
    isArmored(signature)
      ? openpgp.readSignature({ armoredSignature: signature.toString() })
      : openpgp.readSignature({ binarySignature: signature }),
  );
  const message = await openpgp.createMessage({ binary: data });
  const { signatures } = await openpgp.verify({ message, signature: parsed, verificationKeys: keys });

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

function isArmored(bytes: Buffer): boolean {
  return bytes.subarray(0, 64).toString("latin1").trimStart().startsWith("-----BEGIN PGP");
}

async function parse<T>(file: string, what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new TrustProblem(
      `${file}: not ${what} (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
