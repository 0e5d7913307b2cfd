import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Catalogue } from "../../catalogue/model";
import { siteFiles } from "../../catalogue/site";

/** Writes the made files of a site into a folder. */
export function writeSample(folder: string, catalogue: Catalogue): void {
  for (const [name, text] of siteFiles(catalogue)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
