/** The last version of an index that this machine saw: without it, an older index could be shown as the newest. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../clouds/cache";
import { parseMetadata, sha256Of } from "./metadata";

const seenIndex = z.strictObject({
  schemaVersion: z.literal(1),
  /** The newest root that followed from the one that the user has, and the newest timestamp: as text. */
  root: z.string(),
  timestamp: z.string().optional(),
  /** The last version that was there whole, and when it was fetched (RFC 3339, this machine's clock). */
  whole: z
    .strictObject({
      timestamp: z.string(),
      snapshot: z.string(),
      targets: z.string(),
      list: z.string(),
      fetchedOn: z.iso.datetime(),
    })
    .optional(),
});

export type SeenIndex = z.infer<typeof seenIndex>;

/** Its own for each root that a user may begin from. */
export function seenFolder(root: string): string {
  return cacheFolder("index", sha256Of(root).slice(0, 32));
}

/** @returns `undefined`: nothing was seen; `"damaged"`: it cannot be read, and so cannot be compared with */
export function readSeen(folder: string): SeenIndex | "damaged" | undefined {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), "utf8");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "damaged";
  }
  try {
    const seen = seenIndex.parse(JSON.parse(text));
    parseMetadata("root", seen.root, "root");
    if (seen.timestamp !== undefined) parseMetadata("timestamp", seen.timestamp, "timestamp");
    return seen;
  } catch {
    return "damaged";
  }
}

/**
 * Replaces what was seen, whole or not at all. Of two checks at once, the newer timestamp stays.
 *
 * @returns why it could not be written; `undefined`: it was
 */
export function writeSeen(folder: string, seen: SeenIndex): string | undefined {
  const other = readSeen(folder);
  if (typeof other === "object" && isNewer(other, seen)) return undefined;
  const file = fileIn(folder);
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, `${JSON.stringify(seen)}\n`);
    renameSync(temporary, file);
    return undefined;
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // There is no such folder.
    }
    return `${file}: cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
}

function isNewer(one: SeenIndex, other: SeenIndex): boolean {
  const version = ({ timestamp }: SeenIndex) =>
    timestamp === undefined ? 0 : parseMetadata("timestamp", timestamp, "timestamp").signed.version;
  const rootVersion = ({ root }: SeenIndex) => parseMetadata("root", root, "root").signed.version;
  if (rootVersion(one) !== rootVersion(other)) return rootVersion(one) > rootVersion(other);
  return version(one) > version(other);
}

function fileIn(folder: string): string {
  return join(folder, "seen.json");
}
