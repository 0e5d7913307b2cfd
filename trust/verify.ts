import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import { type SignedEntity, toSignedEntity, Verifier } from "@sigstore/verify";

import { PAYLOAD_TYPE } from "./in-toto";
import { keyHint } from "./key-hint";
import { type Notice, noticeSchema } from "./notice";
import { reasonOf, TrustProblem } from "./problem";
import { provenanceSchema, readProvenance } from "./provenance-record";
import { readPublicKey } from "./public-key";
import { type Statement, statementSchema } from "./statement";
import { parseStrictly } from "./strict-json";
import { type TrustedIdentity, verifyIdentity } from "./verify-identity";

/** Kinds of signed files. */
type Signed = { readonly statement: Statement } | { readonly notice: Notice };

/**
 * The statement inside a record, after its signature was checked: with one of the given public keys (PEM) if a key
 * signed it, and by the identity if a certificate did. Throws {@link TrustProblem}: not a bundle, signed by another
 * key or identity, changed after signing, not a publication's record.
 */
export function verifyRecord(
  record: string,
  file: string,
  publicKeys: readonly string[],
  identity?: TrustedIdentity,
): Statement {
  const signed = verifySigned(record, file, publicKeys, identity);
  if ("statement" in signed) return signed.statement;
  throw new TrustProblem(
    `${file}: the notice of a withdrawal, and a record is needed; it lies beside the record`,
  );
}

/** Like {@link verifyRecord}, for a record or a notice of withdrawal: the signed content decides which. */
export function verifySigned(
  record: string,
  file: string,
  publicKeys: readonly string[],
  identity?: TrustedIdentity,
): Signed {
  const bundle = parseBundle(record, file);
  if (bundle.content.$case !== "dsseEnvelope" || bundle.content.dsseEnvelope.payloadType !== PAYLOAD_TYPE) {
    throw new TrustProblem(`${file}: a sigstore bundle, but not of an in-toto statement`);
  }
  if (bundle.verificationMaterial.content.$case === "publicKey") verifyKey(bundle, file, publicKeys);
  else if (identity) verifyIdentity(entityOf(bundle, file), file, identity);
  else {
    throw new TrustProblem(
      `${file}: signed without a key; say whose word counts with --certificate-identity and --certificate-oidc-issuer`,
    );
  }
  const said = parseJson(bundle.content.dsseEnvelope.payload, `${file}, what was signed`);
  const notice = noticeSchema.safeParse(said);
  if (notice.success) return { notice: notice.data };
  const older = provenanceSchema.safeParse(said);
  if (older.success) return { statement: readProvenance(older.data) };
  const parsed = statementSchema.safeParse(said);
  if (parsed.success) return { statement: parsed.data };
  const [issue] = parsed.error.issues;
  throw new TrustProblem(
    `${file}: signed, but not a publication's record: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}

function verifyKey(bundle: Bundle, file: string, publicKeys: readonly string[]): void {
  const keys = new Map(
    publicKeys.map((pem) => readPublicKey(pem, "--key")).map((key) => [keyHint(key), key]),
  );
  const verifier = new Verifier(
    {
      certificateAuthorities: [],
      timestampAuthorities: [],
      tlogs: [],
      ctlogs: [],
      publicKey: (hint) => {
        const publicKey = keys.get(hint);
        if (!publicKey) {
          const trust =
            publicKeys.length === 0
              ? `a key (${hint}); say which one counts with --key`
              : `another key (${hint}) than those that you trust`;
          throw new TrustProblem(`${file}: signed by ${trust}`);
        }
        return { publicKey, validFor: () => true };
      },
    },
    // A key given by the user needs no transparency log.
    { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
  );
  try {
    verifier.verify(toSignedEntity(bundle));
  } catch (error) {
    if (error instanceof TrustProblem) throw error;
    throw new TrustProblem(
      `${file}: the signature does not fit: the record was changed after it was signed; fetch it again`,
    );
  }
}

/** Parses certificates and timestamps, which may be arbitrary bytes. */
function entityOf(bundle: Bundle, file: string): SignedEntity {
  try {
    return toSignedEntity(bundle);
  } catch {
    throw new TrustProblem(
      `${file}: a sigstore bundle whose certificate or timestamp cannot be read; fetch it again`,
    );
  }
}

/** For files that are not records. */
const AGAIN = "fetch <version>.sigstore.json again, from the publisher";

function parseBundle(record: string, file: string): Bundle {
  const json = parseJson(record, file);
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    throw new TrustProblem(`${file}: not a sigstore bundle: it holds no JSON object; ${AGAIN}`);
  }
  const signatures = (json as { dsseEnvelope?: { signatures?: unknown } | null }).dsseEnvelope?.signatures;
  if (Array.isArray(signatures) && signatures.length !== 1) {
    throw new TrustProblem(
      `${file}: a sigstore bundle with ${signatures.length} signatures, and a record has one; ${AGAIN}`,
    );
  }
  try {
    return bundleFromJSON(json);
  } catch (error) {
    throw new TrustProblem(`${file}: not a sigstore bundle (${reasonOf(error)}); ${AGAIN}`);
  }
}

function parseJson(text: string | Uint8Array, file: string): unknown {
  try {
    return parseStrictly(text);
  } catch (error) {
    throw new TrustProblem(`${file}: ${reasonOf(error)}`);
  }
}
