/** The files of a product's signed index, which a site gives out as they are. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { PENDING_ROOT } from "../../trust/signed-index/metadata";
import { folderOf } from "../signed-index/folder";

/** By their names in the site. A root that waits for signatures is nobody's but the publisher's. */
export function indexFiles(product: string): Map<string, string> {
  const folder = folderOf({ product });
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !entry.name.startsWith(".") && entry.name !== PENDING_ROOT,
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const inside = path.relative(folder, file).split(path.sep).join("/");
      return [`index/${product}/${inside}`, file];
    }),
  );
}
