import type { InspectedImage } from "./image";
import { espOf, rootOf } from "./rule";
import { NotInspectable, textOf, type Tree } from "./tree";

/** The arguments that a boot loader gives to the kernel, and the file that says so. */
export interface CommandLine {
  file: string;
  line: string;
}

/** Of Boot Loader Specification entries and of GRUB's generated menu; rescue entries left out. */
export function commandLines(image: InspectedImage): CommandLine[] {
  const root = rootOf(image);
  return [
    ...(image.esp instanceof NotInspectable ? [] : entriesIn(espOf(image), "/loader/entries")),
    ...entriesIn(root, "/boot/loader/entries"),
    ...["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"].flatMap((file) =>
      grubLines(textOf(root, file) ?? "").map((line) => ({ file, line })),
    ),
  ].filter(({ line }) => !line.split(/\s+/).some((word) => RESCUE.includes(word)));
}

/** Arguments of Debian's recovery entries and of systemd's: grub-mkconfig(8), kernel-command-line(7). */
const RESCUE = ["single", "recovery", "emergency", "rescue"];

function entriesIn(tree: Tree, folder: string): CommandLine[] {
  return (tree.list(folder) ?? [])
    .map(({ name }) => `${folder}/${name}`)
    .filter((file) => file.endsWith(".conf"))
    .flatMap((file) => {
      const line = optionsOf(textOf(tree, file) ?? "");
      return line === undefined ? [] : [{ file, line }];
    });
}

/**
 * `options` may stand on several lines, which are joined (UAPI group, Boot Loader Specification, 2026-11); a kernel without
 * any has none. `undefined`: the entry starts something else.
 */
export function optionsOf(entry: string): string | undefined {
  const options = [...entry.matchAll(/^[ \t]*options[ \t]+(.*)$/gm)].map(([, text = ""]) => text.trim());
  return options.length > 0 || /^[ \t]*linux[ \t]/m.test(entry) ? options.join(" ") : undefined;
}

/** What follows the kernel in `linux`, and in the names that it had: GRUB manual 2.12, and distributions' `linuxefi`. */
export function grubLines(menu: string): string[] {
  return [...menu.matchAll(/^[ \t]*linux(?:16|efi)?[ \t]+[^\s;]+[ \t]*(.*)$/gm)].map(([, text = ""]) =>
    text.trim(),
  );
}
