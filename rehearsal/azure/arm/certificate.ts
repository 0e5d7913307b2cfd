import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A self-signed certificate for loopback, encoded here because Node cannot create one (RFC 5280, X.690).
 *
 * Needed because Azure's SDKs send a bearer token over https only, and the one for Node has no exception.
 */
export function loopbackCertificate(now: Date): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const ecdsaWithSha256 = seq(oid("2a8648ce3d040302"));
  const name = seq(set(seq(oid("550403"), der(0x0c, Buffer.from("imprimatur rehearsal")))));
  const years = (count: number) => new Date(now.getTime() + count * 365 * 24 * 3600 * 1000);
  const extension = (id: string, critical: boolean, value: Buffer) =>
    seq(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
  const extensions = seq(
    extension("551d13", true, seq(der(0x01, Buffer.from([0xff])))),
    // digitalSignature and keyCertSign
    extension("551d0f", true, der(0x03, Buffer.from([0x02, 0x84]))),
    // serverAuth
    extension("551d25", false, seq(oid("2b06010505070301"))),
    extension("551d0e", false, der(0x04, createHash("sha1").update(spki).digest())),
    extension(
      "551d11",
      false,
      seq(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1]))),
    ),
  );
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = seq(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    name,
    seq(time(years(-1)), time(years(10))),
    name,
    spki,
    der(0xa3, extensions),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = seq(body, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const base64 = certificate.toString("base64").replaceAll(/.{64}/g, "$&\n").trimEnd();
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

/** One DER value: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const seq = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]) => der(0x31, Buffer.concat(parts));
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
/** GeneralizedTime is for dates from 2050 on, UTCTime for those before. */
const time = (date: Date) => {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
};
