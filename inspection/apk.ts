/** Alpine's database of installed packages: wiki.alpinelinux.org, "Apk spec", "Installed Database V2" (2026-11). */
import { MIB } from "../facts/units";
import { NotInspectable, textOf, type Tree } from "./tree";
import type { ListedPackage } from "./listed-package";

const INSTALLED = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
/** Bytes; it lists every file, 200 bytes each. */
const LARGEST = 64 * MIB;
const MOST_PACKAGES = 200_000;

/** Every package that apk has installed, in database order; `undefined`: no apk system. */
export function apkPackages(root: Tree): ListedPackage[] | undefined {
  const text = INSTALLED.map((file) => textOf(root, file, LARGEST)).find((each) => each !== undefined);
  if (text === undefined) return undefined;
  const found = text.split(/\n{2,}/).flatMap((paragraph): ListedPackage[] => {
    const field = (letter: string) => new RegExp(`^${letter}:(.*)$`, "m").exec(paragraph)?.[1]?.trim() ?? "";
    const name = field("P");
    if (name === "") return [];
    return [
      {
        name,
        version: field("V"),
        architecture: field("A"),
        installedBytes: Number(field("I")) || 0,
        maintainer: field("m"),
        source: field("o") || name,
      },
    ];
  });
  if (found.length > MOST_PACKAGES) throw new NotInspectable(`more than ${MOST_PACKAGES} packages`);
  return found;
}
