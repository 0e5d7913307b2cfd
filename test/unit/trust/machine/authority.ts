/** An authority with certificates of its own. */
import "reflect-metadata";
import { createPublicKey, type KeyObject, KeyObject as Keys, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as never);

type Pair = webcrypto.CryptoKeyPair;

export interface Certified {
  pem: Buffer;
  der: Buffer;
  privateKey: KeyObject;
  keys: Pair;
  name: string;
}

const DAY = 86_400_000;

/** A certificate; without an issuer it signs itself. `ca`: it may sign others. */
export async function certified(
  name: string,
  {
    issuer,
    ca = issuer === undefined,
    curve = "P-256",
    expired = false,
    extensions = [],
  }: {
    issuer?: Certified;
    ca?: boolean;
    curve?: "P-256" | "P-384";
    expired?: boolean;
    extensions?: x509.Extension[];
  } = {},
): Promise<Certified> {
  const algorithm = { name: "ECDSA", namedCurve: curve };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: String(Math.floor(Math.random() * 1e6) + 1).padStart(8, "1"),
    subject: `CN=${name}`,
    issuer: `CN=${issuer?.name ?? name}`,
    notBefore: new Date(now - 2 * DAY),
    notAfter: new Date(expired ? now - DAY : now + DAY),
    publicKey: keys.publicKey as never,
    signingKey: (issuer?.keys ?? keys).privateKey as never,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-384" },
    extensions: [new x509.BasicConstraintsExtension(ca, undefined, true), ...extensions],
  });
  const der = Buffer.from(certificate.rawData);
  const privateKey = Keys.from(keys.privateKey);
  return { pem: Buffer.from(`${certificate.toString("pem")}\n`), der, privateKey, keys, name };
}

export const publicPem = (key: KeyObject) =>
  Buffer.from(createPublicKey(key).export({ format: "pem", type: "spki" }));
