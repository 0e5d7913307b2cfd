import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CATALOGUE_JSON } from "../../catalogue/paths";
import { imageFileIn, type SignedRecord } from "../../trust/records";
import { readBytes } from "../../facts/read-file";
import { ARCHITECTURES } from "../../config/release";
import { Refusal } from "../problem";

interface SiteContent {
  /** Text by path in the site. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that are copied as they are, by path in the site. */
  readonly copies: ReadonlyMap<string, string>;
}

/**
 * Writes a site into a folder of its own, in place of the one before: readers see the one or the other.
 *
 * @throws {Refusal} when the folder holds something else, or cannot be written
 */
export function writeSite(folder: string, { texts, copies }: SiteContent): void {
  assertOwn(folder);
  const fresh = `${folder}.new`;
  const old = `${folder}.old`;
  try {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
    for (const [name, text] of texts) writeFileSync(placeFor(fresh, name), text);
    for (const [name, from] of copies) copyFileSync(from, placeFor(fresh, name));
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(fresh, folder);
    rmSync(old, { recursive: true, force: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOSPC" ? "no space is left there" : (code ?? message);
    throw new Refusal(`${folder}: the site cannot be written (${reason}); name another place with --output`, {
      cause: error,
    });
  }
}

function placeFor(folder: string, name: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

/** A folder of somebody's own files must not be replaced. */
function assertOwn(folder: string): void {
  if (!existsSync(folder)) return;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new Refusal(
      `${folder}: not a folder that can be read (${(error as NodeJS.ErrnoException).code}); name another place with --output`,
      { cause: error },
    );
  }
  if (names.length > 0 && !existsSync(path.join(folder, CATALOGUE_JSON)))
    throw new Refusal(
      `${folder}: it holds something else than a catalogue; name an empty or a new folder with --output`,
    );
}

/**
 * The block maps beside a record, by their names in the site.
 *
 * @throws {Refusal} for one that is not what was signed
 */
export function blockMapsOf(record: SignedRecord): Map<string, string> {
  const { product, version } = record.statement.predicate;
  const { images } = imageFileIn(record);
  const found = new Map<string, string>();
  for (const architecture of ARCHITECTURES) {
    const image = images[architecture];
    const name = `${version}-${architecture}.blockmap`;
    const file = path.join(path.dirname(record.file), name);
    if (image === undefined || !existsSync(file)) continue;
    const digest = createHash("sha256").update(readBytes(file)).digest("hex");
    if (digest !== image.blockMap.root)
      throw new Refusal(
        `${file}: its SHA-256 is ${digest}, and the signed record says ${image.blockMap.root}; remove it, or put the right one back`,
      );
    found.set(`records/${product}/${name}`, file);
  }
  return found;
}
