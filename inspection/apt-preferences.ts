import { PARAGRAPH_END } from "../facts/deb822";
import { isAptFile } from "./apt-conf";
import { textOf, type Tree } from "./tree";

const PARTS = "/etc/apt/preferences.d";

/**
 * The records of apt_preferences(5) in the order in which apt takes them, as text; the first that matches counts.
 */
export function aptPreferences(root: Tree): string {
  const parts = (root.list(PARTS) ?? [])
    .map(({ name }) => name)
    .filter((name) => isAptFile(name, ["", "pref"]))
    .sort()
    .map((name) => `${PARTS}/${name}`);
  return ["/etc/apt/preferences", ...parts]
    .flatMap((file) => (textOf(root, file) ?? "").split(PARAGRAPH_END))
    .map((record) => record.replace(/^#.*\n?/gm, "").trim())
    .filter((record) => /^pin:/im.test(record))
    .join("\n\n");
}
