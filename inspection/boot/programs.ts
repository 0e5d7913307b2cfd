import { programPath } from "../../facts/programs";
import { BootUnavailable } from "./problem";

/** Programs of a boot check, with their Debian packages. */
const PACKAGES: Readonly<Record<string, string>> = {
  "qemu-system-x86_64": "qemu-system-x86",
  "qemu-system-aarch64": "qemu-system-arm",
  "mkfs.vfat": "dosfstools",
  mcopy: "mtools",
};

/**
 * Full paths of programs.
 *
 * @throws {BootUnavailable} with all missing ones, and what to install
 */
export function findPrograms<Name extends string>(names: readonly Name[]): Record<Name, string> {
  const found = names.map((name) => [name, programPath(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) {
    const packages = missing.map((name) => PACKAGES[name] ?? name).join(" ");
    throw new BootUnavailable(
      `${missing.join(" and ")}: not found; on Debian: apt-get install ${packages}. Nothing was booted.`,
    );
  }
  return Object.fromEntries(found) as Record<Name, string>;
}
