import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

import { bundleToJSON, type SerializedBundle } from "@sigstore/bundle";
import { DSSEBundleBuilder, type Signer, type Witness } from "@sigstore/sign";

import { PAYLOAD_TYPE } from "./in-toto";
import { keyHint } from "./key-hint";
import { type Notice, noticeSchema } from "./notice";
import { TrustProblem } from "./problem";
import { type Statement, statementSchema } from "./statement";

/** The signer and its witnesses: a keyless signature is only verifiable through a log. */
export interface Signing {
  readonly signer: Signer;
  readonly witnesses?: readonly Witness[];
}

/** Names the passphrase of private keys that are encrypted. */
export const PASSPHRASE_VARIABLE = "IMPRIMATUR_SIGNING_PASSPHRASE";

/** Key types for records: those that both sigstore bundles and cosign accept. */
const NEEDED = "an Ed25519 or ECDSA P-256 private key in PEM";

/**
 * Signs with a private key in a file; the bundle names the key by {@link keyHint}.
 *
 * @param passphrase of an encrypted key
 * @throws {TrustProblem} when the key or the passphrase is invalid
 */
export function keyFileSigner(pem: Buffer | string, file: string, passphrase?: string): Signer {
  const key = readPrivateKey(pem, file, passphrase);
  const publicKey = createPublicKey(key);
  return {
    sign: async (data) => ({
      // Ed25519 hashes by itself; ECDSA takes SHA-256 (the sigstore bundle's default for P-256).
      signature: sign(key.asymmetricKeyType === "ed25519" ? null : "sha256", data, key),
      key: {
        $case: "publicKey",
        publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(),
        hint: keyHint(publicKey),
      },
    }),
  };
}

/**
 * A statement as a sigstore bundle (DSSE envelope inside), JSON text with a newline at the end. Throws for an invalid
 * statement: everything signed must be readable again.
 */
export async function signStatement(
  statement: Statement,
  signer: Signer,
  witnesses: readonly Witness[] = [],
): Promise<string> {
  return signData(statementSchema.parse(statement), signer, witnesses);
}

/** Like {@link signStatement}, for a withdrawal. */
export async function signNotice(
  notice: Notice,
  signer: Signer,
  witnesses: readonly Witness[] = [],
): Promise<string> {
  return signData(noticeSchema.parse(notice), signer, witnesses);
}

async function signData(statement: object, signer: Signer, witnesses: readonly Witness[]): Promise<string> {
  const data = Buffer.from(JSON.stringify(statement));
  const builder = new DSSEBundleBuilder({ signer, witnesses: [...witnesses] });
  const bundle = await builder.create({ data, type: PAYLOAD_TYPE });
  return `${JSON.stringify(interoperable(bundleToJSON(bundle)), undefined, 1)}\n`;
}

/**
 * The bundle in the form accepted by other verifiers. `verificationMaterial.publicKey.hint` names the key. An
 * additional `keyid` in the envelope, which no signature covers, would be compared with the verifier's own id of the
 * key, a different hash in each: cosign 3.1.3 and sigstore-go 1.2.2 then refuse the record
 * (secure-systems-lab/go-securesystemslib, dsse/verify.go, read 2026-11). sigstore-python's models require
 * `tlogEntries`, even if empty.
 */
function interoperable(bundle: SerializedBundle): SerializedBundle {
  const { verificationMaterial, dsseEnvelope } = bundle;
  const signatures = dsseEnvelope?.signatures.map(({ sig }) => ({ sig }));
  return {
    ...bundle,
    verificationMaterial: { ...verificationMaterial, tlogEntries: verificationMaterial.tlogEntries ?? [] },
    dsseEnvelope: { ...dsseEnvelope, signatures },
  } as SerializedBundle;
}

function readPrivateKey(pem: Buffer | string, file: string, passphrase: string | undefined): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, passphrase });
  } catch {
    if (/-----BEGIN (ENCRYPTED|.*\nProc-Type: 4,ENCRYPTED)/.test(pem.toString())) {
      const wrong = passphrase === undefined ? "needs its passphrase" : "has another passphrase";
      throw new TrustProblem(`${file}: the key is encrypted and ${wrong}; set ${PASSPHRASE_VARIABLE}`);
    }
    throw new TrustProblem(`${file}: not a private key; needed: ${NEEDED}`);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType !== "ed25519" && !(key.asymmetricKeyType === "ec" && curve === "prime256v1")) {
    throw new TrustProblem(
      `${file}: a key of type ${key.asymmetricKeyType ?? "?"} ${curve ?? ""}; needed: ${NEEDED}`,
    );
  }
  return key;
}
