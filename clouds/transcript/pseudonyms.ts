/** Pseudonyms: the same for the same input within a file, and not reversible without its key. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheFolder } from "../cache";

/** Creates the pseudonym of a text, e.g. `<account:5f0a1c2e9b>`. */
export type Pseudonyms = (kind: string, text: string) => string;

/**
 * Case-insensitive, because clouds change the case of names; a text not in lower case is marked: `<name:5f0a1c2e9b>`
 * and `<name:5f0a1c2e9b^>` are one name.
 */
export function pseudonymsOf(key: Buffer): Pseudonyms {
  return (kind, text) => {
    const lower = text.toLowerCase();
    const hash = createHmac("sha256", key).update(lower).digest("hex").slice(0, 10);
    return `<${kind}:${hash}${lower === text ? "" : "^"}>`;
  };
}

/**
 * The key of a transcript, created by the first process that writes to it. It is in the user's cache folder and not
 * beside the file: with both, the twelve digits of an account are quickly guessed. Without a cache folder each
 * process has its own key, and pseudonyms of two processes do not match.
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
      // link(2) is atomic, and succeeds for one process only.
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
