import { invalid } from "../errors";

/** First byte of a token, as in the real cloud: both are the last name returned, as field 1 of a protocol buffer. */
const FIELD = 0x0a;

/** Names the last entry of a page, so that a list does not shift when something is added meanwhile. */
export function pageToken(last: string): string {
  const name = Buffer.from(last);
  const length = name.length < 128 ? [name.length] : [(name.length & 127) | 128, name.length >> 7];
  return Buffer.from([FIELD, ...length, ...name]).toString("base64url");
}

/** The entry after which the page begins; "" without a token. */
export function afterPageToken(query: URLSearchParams): string {
  const token = query.get("pageToken") ?? "";
  if (token === "") return "";
  const bytes = Buffer.from(token, "base64url");
  const name = bytes.subarray((bytes[1] ?? 0) < 128 ? 2 : 3).toString();
  if (name === "" || pageToken(name) !== token.replace(/=+$/, ""))
    throw invalid(`Invalid value for pageToken: "${token}".`);
  return name;
}
