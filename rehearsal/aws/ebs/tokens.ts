import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { invalid } from "./errors";

/** Validity of block and page tokens, milliseconds. Each response returns it as ExpiryTime. */
export const TOKEN_LIFETIME = 7 * 24 * 3_600_000;

const SEAL = 16;

/**
 * Block and page tokens: their meaning, sealed, so that a client can neither forge nor reuse one for something else.
 * The key lives as long as the server; after a restart a client lists again, as after an expired token.
 */
export class TokenMint {
  private readonly key = randomBytes(32);

  issue(meaning: string, expiresAt: number): string {
    const text = Buffer.from(`${meaning} ${expiresAt}`);
    return Buffer.concat([this.seal(text), text]).toString("base64");
  }

  /**
   * True if the token was issued for that and has not expired.
   *
   * @throws AwsError ValidationException
   */
  check(token: string, kind: "BLOCK" | "PAGE", matches: (meaning: string) => boolean, now: number): string {
    const bytes = Buffer.from(token, "base64");
    const text = bytes.subarray(SEAL);
    const genuine = bytes.length > SEAL && timingSafeEqual(bytes.subarray(0, SEAL), this.seal(text));
    const content = text.toString();
    const space = content.lastIndexOf(" ");
    const meaning = content.slice(0, space);
    if (!genuine || !matches(meaning) || Number(content.slice(space + 1)) < now) {
      const name = kind === "PAGE" ? "pagination" : "block";
      throw invalid(`INVALID_${kind}_TOKEN`, `The ${name} token ${token} is invalid.`);
    }
    return meaning;
  }

  private seal(text: Buffer): Buffer {
    return createHmac("sha256", this.key).update(text).digest().subarray(0, SEAL);
  }
}
