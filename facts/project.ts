import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Folder of the user's project, which paths in a stack file are relative to: the nearest one with `Pulumi.yaml`, from
 * `from` upwards. The engine starts programs and plugins in the folder of `main`.
 *
 * @returns `undefined`: there is none
 */
export function findProject(from = process.cwd()): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The same, or `from` where there is no project. */
export function projectFolder(from = process.cwd()): string {
  return findProject(from) ?? resolve(from);
}
