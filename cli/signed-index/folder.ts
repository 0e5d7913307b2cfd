/** The folder that an index is kept in, and how its files are written. */
import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readText } from "../../trust/read-text";
import type { IndexFile } from "../../trust/signed-index/build";
import { PENDING_ROOT, type RootMetadata } from "../../trust/signed-index/metadata";
import { parseTrustFile, TRUST_FILE, writeTrustFile } from "../../trust/signed-index/trust-file";
import { Refusal, UsageProblem } from "../problem";

export interface FolderOptions {
  index?: string;
  readonly product?: string;
}

/** Folder of a project that holds an index for each product. */
const INDEX_FOLDER = "index";

/** @throws {UsageProblem} when it is not said which, and there is not exactly one */
export function folderOf({ index, product }: FolderOptions): string {
  if (index !== undefined) return index;
  if (product !== undefined) return path.join(INDEX_FOLDER, product);
  const all = existsSync(INDEX_FOLDER) ? readdirSync(INDEX_FOLDER).sort() : [];
  if (all.length === 1) return path.join(INDEX_FOLDER, all[0]!);
  const known =
    all.length > 0 ? `${INDEX_FOLDER} has those of ${all.join(", ")}` : `${INDEX_FOLDER} has none`;
  throw new UsageProblem(`which index? ${known}; say --product, or --index with its folder`);
}

/** The folder's own description: not signed, and shown to users only with a root. */
export function aboutIndex(folder: string): { product: string; url?: string } {
  const file = path.join(folder, TRUST_FILE);
  const { product, index } = parseTrustFile(
    readText(file, { cure: "restore the folder of the index" }),
    file,
  );
  return { product, ...(index !== undefined && { url: index }) };
}

/**
 * Writes each file whole, in this order. A reader in the midst of it has the version before, to which the timestamp, the last,
 * still leads.
 *
 * @throws {Refusal} when somebody else wrote the same version, or the folder cannot be written
 */
export function writeFiles(folder: string, files: readonly IndexFile[]): void {
  for (const { name, content, isNew } of files) {
    const file = path.join(folder, name);
    const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(temporary, content, { flush: true });
      if (isNew) linkSync(temporary, file);
      else renameSync(temporary, file);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EEXIST")
        throw new Refusal(`${file}: somebody else wrote this version just now; run the same command again`);
      throw new Refusal(
        `${file}: cannot be written (${code ?? message}); make room, or the right to write there, and run the same command again`,
        { cause: error },
      );
    } finally {
      if (existsSync(temporary)) rmSync(temporary);
    }
  }
}

/** A root that is published is no longer pending, and is the one that strangers begin from. */
export function writeTrust(
  folder: string,
  root: RootMetadata,
  about: { product: string; url?: string },
): void {
  const content = writeTrustFile({
    ...{ product: about.product, root: root.toJSON() },
    ...(about.url !== undefined && { index: about.url }),
  });
  writeFiles(folder, [{ name: TRUST_FILE, content }]);
}

export function dropPending(folder: string): void {
  rmSync(path.join(folder, PENDING_ROOT), { force: true });
}
