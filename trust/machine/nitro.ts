/**
 * NitroTPM's attestation document: COSE_Sign1 of a map with the registers, signed by the Nitro hypervisor (Amazon EC2 User Guide, "Validate a
 * NitroTPM Attestation Document", 2026-11).
 */
import { verify, X509Certificate } from "node:crypto";
import type * as Cbor from "@levischuck/tiny-cbor" with { "resolution-mode": "import" };
import { KIB } from "../../facts/units";
import { reasonOf, TrustProblem } from "../problem";
import { chainedKey, type NamedFile } from "./attestation-key";

// Its types are for ES modules alone; it has both.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { decodeCBOR, encodeCBOR } = require("@levischuck/tiny-cbor") as typeof Cbor;
type CBORType = Cbor.CBORType;

export interface NitroDocument {
  /** `i-…-tpm…`: the instance. */
  module: string;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** SHA-384, hex, by register. */
  registers: ReadonlyMap<number, string>;
  nonce?: Buffer;
}

/**
 * SHA-256 of the root certificate "aws.nitro-enclaves", whole, as AWS's guide has it ("Verifying the root of trust", docs.aws.amazon.com/enclaves,
 * 2026-11). The certificate itself is the first of each document.
 */
const ROOT = "641A0321A3E244EFE456463195D606317ED7CDCC3C1756E09893F3C68F79BB5B";

/** ES384 (RFC 9053, 2.1), as the protected header of every document says: `{1: -35}`. */
const ES384 = -35;
const LARGEST = 64 * KIB;
const DIGEST = 48;

/**
 * @param roots certificates that count in the place of AWS's
 * @throws {TrustProblem} when it is no such document, or not signed by a key that AWS's root vouches for
 */
export function readNitroDocument(
  { file, data }: NamedFile,
  roots?: readonly X509Certificate[],
): NitroDocument {
  const odd = (why: string) =>
    new TrustProblem(`${file}: no NitroTPM attestation document: ${why}; nitro-tpm-attest writes one`);
  if (data.length > LARGEST) throw odd(`it has ${data.length} bytes, and at most ${LARGEST} are read`);
  const envelope = decoded(data, odd);
  if (!Array.isArray(envelope) || envelope.length !== 4) throw odd("not a COSE_Sign1 of four parts");
  const [header, unprotected, payload, signature] = envelope;
  if (!(unprotected instanceof Map) || unprotected.size > 0) throw odd("its unsigned header is not empty");
  if (!(header instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array))
    throw odd("header, payload and signature are to be bytes");
  const algorithm = decoded(header, odd);
  if (!(algorithm instanceof Map) || algorithm.get(1) !== ES384) throw odd("not signed with ES384");
  const content = decoded(payload, odd);
  if (!(content instanceof Map)) throw odd("what is signed is no map");
  const document = contentOf(content, odd);
  const [leaf, ...bundle] = document.certificates.map((bytes) => certificateOf(bytes, odd));
  const trusted = roots ?? bundle.filter(({ fingerprint256 }) => fingerprint256.replaceAll(":", "") === ROOT);
  if (!leaf || trusted.length === 0)
    throw new TrustProblem(
      `${file}: its certificates do not begin with AWS's root for Nitro (sha256 ${ROOT.toLowerCase()}): not a document of AWS`,
    );
  const key = chainedKey(leaf, bundle, trusted, { name: file, at: document.timestamp });
  const signed = encodeCBOR(["Signature1", header, new Uint8Array(), payload]);
  const isGenuine =
    signature.length === 2 * DIGEST &&
    verify("sha384", signed, { key, dsaEncoding: "ieee-p1363" }, signature);
  if (!isGenuine)
    throw new TrustProblem(`${file}: its signature does not fit: it was changed; ask for a new one`);
  const { module, timestamp, registers, nonce } = document;
  return { module, timestamp, registers, ...(nonce && { nonce }) };
}

function contentOf(content: Map<string | number, CBORType>, odd: (why: string) => TrustProblem) {
  const [module, digest, timestamp, pcrs, certificate, bundle, nonce] = [
    ...["module_id", "digest", "timestamp", "nitrotpm_pcrs", "certificate", "cabundle", "nonce"],
  ].map((name) => content.get(name));
  if (content.has("pcrs")) throw odd("it is one of a Nitro enclave, not of an instance's NitroTPM");
  if (typeof module !== "string") throw odd("module_id is missing");
  if (typeof timestamp !== "number" || Number.isNaN(new Date(timestamp).getTime()))
    throw odd("timestamp is missing, or no time");
  if (digest !== "SHA384") throw odd("its digests are not SHA384");
  if (!(pcrs instanceof Map) || pcrs.size === 0) throw odd("nitrotpm_pcrs is missing");
  const registers = new Map<number, string>();
  for (const [pcr, value] of pcrs) {
    if (typeof pcr !== "number" || !(value instanceof Uint8Array) || value.length !== DIGEST)
      throw odd(`PCR ${String(pcr)} is not ${DIGEST} bytes`);
    registers.set(pcr, Buffer.from(value).toString("hex"));
  }
  const certificates = [certificate, ...(Array.isArray(bundle) ? bundle : [])];
  if (!certificates.every((each) => each instanceof Uint8Array))
    throw odd("certificate or cabundle is missing");
  const given = nonce instanceof Uint8Array ? { nonce: Buffer.from(nonce) } : {};
  return { module, timestamp, registers, certificates, ...given };
}

function decoded(bytes: Uint8Array, odd: (why: string) => TrustProblem): CBORType {
  try {
    return decodeCBOR(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    throw odd(`no CBOR (${reasonOf(error)})`);
  }
}

function certificateOf(bytes: Uint8Array, odd: (why: string) => TrustProblem): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (error) {
    throw odd(`a certificate in it cannot be read (${reasonOf(error)})`);
  }
}
