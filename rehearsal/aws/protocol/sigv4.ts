import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { RawRequest } from "./request";

/** Unverified content of the Authorization header. */
interface Credential {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: string[];
  readonly signature: string;
}

type Verdict = "valid" | "wrong-signature" | "expired" | "body-differs";

/** AWS refuses requests with a larger clock skew. */
const CLOCK_SKEW_MS = 15 * 60_000;
const UNSIGNED = "UNSIGNED-PAYLOAD";

/** Parses an `AWS4-HMAC-SHA256` header; undefined if missing or malformed. */
export function readCredential(header: string | undefined): Credential | undefined {
  const match =
    /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})\s*$/.exec(
      header ?? "",
    );
  if (!match) return undefined;
  const [, accessKeyId, date, region, service, signedHeaders, signature] = match as unknown as string[];
  return {
    accessKeyId: accessKeyId!,
    date: date!,
    region: region!,
    service: service!,
    signedHeaders: signedHeaders!.split(";"),
    signature: signature!,
  };
}

/**
 * Verifies a request's signature like AWS
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html).
 */
export function verify(
  request: RawRequest,
  credential: Credential,
  secret: string,
  now = Date.now(),
): Verdict {
  const stamp = request.headers["x-amz-date"] ?? "";
  const time = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(now - time) <= CLOCK_SKEW_MS) || !stamp.startsWith(credential.date)) return "expired";
  const announced = request.headers["x-amz-content-sha256"];
  // Over HTTPS the SDKs do not sign EBS direct's bodies, and not all of them declare so in a header.
  const candidates = announced === undefined ? [() => UNSIGNED, () => request.bodyHash()] : [() => announced];
  if (announced !== undefined && /^[0-9a-f]{64}$/.test(announced) && announced !== request.bodyHash()) {
    return "body-differs";
  }
  const key = signingKey(secret, credential.date, credential.region, credential.service);
  const scope = `${credential.date}/${credential.region}/${credential.service}/aws4_request`;
  for (const candidate of credential.service === "ebs" ? candidates : candidates.slice(-1)) {
    const canonical = sha256(canonicalRequest(request, credential, candidate()));
    const signature = createHmac("sha256", key)
      .update(`AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${canonical}`)
      .digest();
    if (timingSafeEqual(signature, Buffer.from(credential.signature, "hex"))) return "valid";
  }
  return "wrong-signature";
}

function canonicalRequest(request: RawRequest, credential: Credential, payload: string): string {
  const headers = credential.signedHeaders
    .map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}\n`)
    .join("");
  const path = request.path.split("/").map(encode).join("/");
  const signed = credential.signedHeaders.join(";");
  return [request.method, path, canonicalQuery(request.query), headers, signed, payload].join("\n");
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [encode(decode(name)), encode(decode(value))] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Invalid percent-encoding is kept verbatim: it fails the signature check. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986: encodeURIComponent leaves five characters unencoded that AWS encodes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const signingKeys = new Map<string, Buffer>();

function signingKey(secret: string, date: string, region: string, service: string): Buffer {
  const name = [secret, date, region, service].join(" ");
  let key = signingKeys.get(name);
  if (!key) {
    key = [date, region, service, "aws4_request"].reduce(
      (previous: Buffer, part) => createHmac("sha256", previous).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
    // A day's keys of a few accounts; older ones are useless.
    if (signingKeys.size > 1000) signingKeys.clear();
    signingKeys.set(name, key);
  }
  return key;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
