import { createPublicKey, type KeyObject } from "node:crypto";
import { TrustProblem } from "./problem";

const NEEDED =
  "needed: the publisher's public key, Ed25519 or ECDSA P-256, in PEM (-----BEGIN PUBLIC KEY-----)";

/**
 * @param file as named by the user
 * @throws {TrustProblem} for a private key, several keys, or an unsupported kind; the supported ones are those that
 *   `trust/sign.ts` signs with
 */
export function readPublicKey(pem: string, file: string): KeyObject {
  const blocks = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = ""]) => label);
  if (blocks.some((label) => label.includes("PRIVATE KEY"))) {
    throw new TrustProblem(
      `${file}: this is a private key, and whoever has it can sign as the publisher; give the public one (openssl pkey -in … -pubout), and if it is the publisher's, tell them`,
    );
  }
  if (blocks.length > 1) {
    throw new TrustProblem(`${file}: it holds ${blocks.length} keys; give one in a file, and --key for each`);
  }
  const key = blocks[0] === "PUBLIC KEY" ? tryRead(pem) : undefined;
  if (!key) throw new TrustProblem(`${file}: not a public key in PEM; ${NEEDED}`);
  const { asymmetricKeyType: type = "?", asymmetricKeyDetails } = key;
  const curve = asymmetricKeyDetails?.namedCurve;
  if (type === "ed25519" || (type === "ec" && curve === "prime256v1")) return key;
  throw new TrustProblem(`${file}: a key of type ${[type, curve].filter(Boolean).join(" ")}; ${NEEDED}`);
}

/** @returns the same PEM, validated */
export function checkPublicKey(pem: string, file: string): string {
  readPublicKey(pem, file);
  return pem;
}

function tryRead(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
