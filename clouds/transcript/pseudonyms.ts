/** Names that stand for other names: the same for the same input within a file, and not reversible without its key. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheFolder } from "../cache";

/** Makes the pseudonym of a text, as `<account:5f0a1c2e9b>`. */
export type Pseudonyms = (kind: string, text: string) => string;

/**
 * Case is no difference, because clouds give names back in another one; that a text is not in lower case is said:
 * `<name:5f0a1c2e9b>` and `<name:5f0a1c2e9b^>` are one name.
 */
export function pseudonymsOf(key: Buffer): Pseudonyms {
  return (kind, text) => {
    const lower = text.toLowerCase();
    const hash = createHmac("sha256", key).update(lower).digest("hex").slice(0, 10);
    return `<${kind}:${hash}${lower === text ? "" : "^"}>`;
  };
}

/**
 * The key of a transcript, made by whichever process writes to it first. It is kept in the user's cache folder and not
 * beside the file: twelve digits of an account are guessed in no time by whoever has both. Without a cache folder each
 * process has a key of its own, and pseudonyms of two processes do not match.
 */
export function keyOf(file: string): Buffer {
  const folder = cacheFolder("transcripts");
  const kept = path.join(folder, `${createHash("sha256").update(path.resolve(file)).digest("hex")}.key`);
  const made = randomBytes(32);
  const mine = `${kept}.${process.pid}.${made.toString("hex", 0, 6)}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(mine, made, { mode: 0o600, flag: "wx" });
    try {
      // A link is made whole or not at all, and by one process alone.
      linkSync(mine, kept);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const key = readFileSync(kept);
    return key.length === made.length ? key : made;
  } catch {
    return made;
  } finally {
    rmSync(mine, { force: true });
  }
}
