import { randomBytes } from "node:crypto";

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function newAccessKey(): AccessKey {
  return {
    accessKeyId: `AKIA${randomLetters(16)}`,
    secretAccessKey: randomBytes(30).toString("base64"),
  };
}

/** Upper-case letters and digits of access key ids: base 32. */
function randomLetters(count: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return [...randomBytes(count)].map((byte) => alphabet[byte % 32]).join("");
}
