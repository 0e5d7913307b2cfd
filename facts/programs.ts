/** Programs of the machine. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Full path of a program; `undefined`: it is not installed. `/usr/sbin` is searched too: it has mkfs.vfat, debugfs and sfdisk, and is not
 * on every user's PATH.
 */
export function programPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}
