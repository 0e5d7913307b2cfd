/**
 * A cache folder of the tests' own: what the product keeps in the user's (journals of uploads, block maps, keys of transcripts, marks
 * of updates) goes there; what set-up keeps, as the engine, is linked.
 */
import fs from "node:fs";
import path from "node:path";
import { cacheFolder } from "../../clouds/cache";

const KEPT_BY_PRODUCT = ["uploads", "block-maps", "transcripts", "updates"];

/** Begins the name of the folder that Jest's global set-up makes for one run. */
export const OF_A_RUN = "imprimatur-cache-";

/**
 * @param folder for XDG_CACHE_HOME
 * @returns the same
 */
export function makeCache(folder: string): string {
  const users = cacheFolder();
  const own = path.join(folder, "imprimatur");
  fs.mkdirSync(own, { recursive: true });
  const entries = fs.existsSync(users) ? fs.readdirSync(users) : [];
  for (const name of entries.filter((each) => !KEPT_BY_PRODUCT.includes(each)))
    fs.symlinkSync(fs.realpathSync(path.join(users, name)), path.join(own, name));
  return folder;
}
