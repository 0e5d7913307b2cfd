import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BootUnavailable } from "./problem";

/** Programs of a boot check, with their Debian packages. */
const PACKAGES: Readonly<Record<string, string>> = {
  "qemu-system-x86_64": "qemu-system-x86",
  "qemu-system-aarch64": "qemu-system-arm",
  "mkfs.vfat": "dosfstools",
  mcopy: "mtools",
};

/**
 * Full paths of programs. `/usr/sbin` is searched too: it has mkfs.vfat, and is not on every user's PATH.
 *
 * @throws {BootUnavailable} with all missing ones, and what to install
 */
export function findPrograms<Name extends string>(names: readonly Name[]): Record<Name, string> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const found = names.map((name) => {
    const folder = folders.find((each) => each !== "" && existsSync(join(each, name)));
    return [name, folder === undefined ? undefined : join(folder, name)] as const;
  });
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) {
    const packages = missing.map((name) => PACKAGES[name] ?? name).join(" ");
    throw new BootUnavailable(
      `${missing.join(" and ")}: not found; on Debian: apt-get install ${packages}. Nothing was booted.`,
    );
  }
  return Object.fromEntries(found) as Record<Name, string>;
}
