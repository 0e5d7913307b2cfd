import { MIB } from "../facts/units";
import { globbed } from "./glob";
import type { InspectedImage } from "./image";
import { peSections } from "./pe";
import { espOf, rootOf } from "./rule";
import { filesBelow, NotInspectable, textOf, type Tree } from "./tree";

/** Kernel arguments given by a boot loader, and the file that contains them. */
export interface BootEntry {
  file: string;
  line: string;
  /**
   * `start`: an entry started by default or chosen by a person; `rescue`: a distribution's repair mode; `addition`:
   * arguments added to another entry's.
   */
  kind: "start" | "rescue" | "addition";
  /** The kernel, as named by the entry. */
  program?: string;
  /** A unified kernel image: contains a kernel of this many bytes. */
  kernelBytes?: number;
}

/** Bytes, also for kernels: a unified kernel image can be the loader itself. */
export const LARGEST_LOADER = 256 * MIB;

/** Arguments of Debian's recovery entries and of systemd's: grub-mkconfig(8), kernel-command-line(7). */
const RESCUE = ["single", "recovery", "emergency", "rescue"];

/** Locations of GRUB's menus, and further files that a generated menu reads (grub-mkconfig's 41_custom). */
const GRUB_MENUS = ["grub.cfg", "custom.cfg", "user.cfg"].flatMap((name) => [
  `/boot/grub/${name}`,
  `/boot/grub2/${name}`,
]);
const MENU = /\/(grub|custom|user)\.cfg$/i;
/**
 * SYSLINUX's search path for its configuration (wiki.syslinux.org, "Config", 2026-11), below /boot and the
 * partition's root.
 */
const SYSLINUX_FOLDERS = ["", "/boot", "/extlinux", "/boot/extlinux", "/syslinux", "/boot/syslinux"];

const known = new WeakMap<InspectedImage, BootEntry[]>();

/**
 * Entries of the Boot Loader Specification, unified kernel images and their addons, GRUB's menus, and SYSLINUX's, in the EFI
 * system partition and in the root.
 */
export function bootEntries(image: InspectedImage): BootEntry[] {
  let found = known.get(image);
  if (!found) {
    const root = rootOf(image);
    found = [
      ...(image.esp instanceof NotInspectable ? [] : entriesOfEsp(espOf(image))),
      ...specified(root, "/boot/loader/entries"),
      ...GRUB_MENUS.flatMap((file) => grubEntries(root, file)),
      ...syslinuxEntries(root),
      ...nextLines(root),
    ];
    known.set(image, found);
  }
  return found;
}

/** Lines that future kernels' entries will contain: kernel-install(8), grub-mkconfig(8). */
function nextLines(root: Tree): BootEntry[] {
  const cmdline = textOf(root, "/etc/kernel/cmdline");
  const grub = ["/etc/default/grub", ...globbed(root, "/etc/default/grub.d/*.cfg")].flatMap((file) =>
    [...(textOf(root, file) ?? "").matchAll(/^[ \t]*GRUB_CMDLINE_LINUX\w*\+?=(["']?)(.*)\1[ \t]*$/gm)].map(
      ([, , line = ""]): BootEntry => ({ file, line, kind: "addition" }),
    ),
  );
  const next: BootEntry[] =
    cmdline === undefined ? [] : [{ file: "/etc/kernel/cmdline", line: cmdline.trim(), kind: "addition" }];
  return [...next, ...grub];
}

/** Lines of GRUB's menus that load another file than those inspected here. */
export function otherMenus(image: InspectedImage): { file: string; line: string }[] {
  const esp = image.esp instanceof NotInspectable ? undefined : image.esp;
  const inEsp = esp
    ? [...filesBelow(esp, "/")].map(({ path }) => path).filter((path) => MENU.test(path))
    : [];
  const texts = [
    ...GRUB_MENUS.map((file) => ({ file, text: textOf(rootOf(image), file) ?? "" })),
    ...inEsp.map((file) => ({ file, text: (esp && textOf(esp, file)) ?? "" })),
  ];
  return texts.flatMap(({ file, text }) =>
    grubCommands(text)
      .filter((line) =>
        /^["'\\]*(configfile|source|\.|normal|legacy_configfile|extract_entries_\w+|eval)["']*[ \t]/.test(
          line,
        ),
      )
      .filter(
        (line) =>
          !/[ \t]["']?(\([^)]*\))?[\w$/{}.-]*\/(grub|custom|user)\.cfg["']?$/.test(line) || /\.\./.test(line),
      )
      .map((line) => ({ file, line })),
  );
}

/** Entries started by default, unattended. */
export function startEntries(image: InspectedImage): BootEntry[] {
  return bootEntries(image).filter(({ kind }) => kind === "start");
}

function entriesOfEsp(esp: Tree): BootEntry[] {
  const files = [...filesBelow(esp, "/")].map(({ path }) => path);
  return [
    ...specified(esp, "/loader/entries"),
    ...files.filter((file) => /\.efi$/i.test(file)).flatMap((file) => unified(esp, file)),
    ...files.filter((file) => MENU.test(file)).flatMap((file) => grubEntries(esp, file)),
    ...syslinuxEntries(
      esp,
      files.filter((file) => /^\/efi\/.*\/(syslinux|extlinux)\.(cfg|conf)$/i.test(file)),
    ),
  ];
}

/**
 * `.cmdline` of a unified kernel image, of each of its profiles, and of an addon, which has no `.linux` (UAPI group,
 * Unified Kernel Image, 2026-11). Without one an image starts without arguments.
 */
function unified(esp: Tree, file: string): BootEntry[] {
  const program = esp.read(file, LARGEST_LOADER);
  if (!program) return [];
  const sections = peSections(program);
  const lines = sections
    .filter(({ name }) => name === ".cmdline")
    .map(({ data }) =>
      data
        .toString("utf8")
        .replace(/\0[^]*$/, "")
        .trim(),
    );
  const kernel = sections.find(({ name }) => name === ".linux")?.data;
  if (!kernel) return lines.map((line) => ({ file, line, kind: "addition" }));
  return (lines.length > 0 ? lines : [""]).map((line) => ({
    file,
    line,
    kind: kindOf(line),
    kernelBytes: kernel.length,
  }));
}

function specified(tree: Tree, folder: string): BootEntry[] {
  return (tree.list(folder) ?? [])
    .map(({ name }) => `${folder}/${name}`)
    .filter((file) => file.endsWith(".conf"))
    .flatMap((file): BootEntry[] => {
      const text = textOf(tree, file) ?? "";
      const line = optionsOf(text);
      const program = /^[ \t]*(?:linux|efi|uki)[ \t]+(\S+)/m.exec(text)?.[1];
      const named = program === undefined ? {} : { program };
      return line === undefined ? [] : [{ file, line, kind: kindOf(line), ...named }];
    });
}

function grubEntries(tree: Tree, file: string): BootEntry[] {
  return grubKernels(textOf(tree, file) ?? "").map((each) => ({ file, kind: kindOf(each.line), ...each }));
}

function syslinuxEntries(tree: Tree, others: readonly string[] = []): BootEntry[] {
  const usual = SYSLINUX_FOLDERS.flatMap((folder) =>
    ["syslinux.cfg", "extlinux.conf", "isolinux.cfg"].flatMap((name) => globbed(tree, `${folder}/${name}`)),
  );
  return [...new Set([...usual, ...others])].flatMap((file) =>
    syslinuxLines(textOf(tree, file) ?? "").map((line): BootEntry => ({ file, line, kind: kindOf(line) })),
  );
}

function kindOf(line: string): BootEntry["kind"] {
  return line.split(/\s+/).some((word) => RESCUE.includes(word)) ? "rescue" : "start";
}

/**
 * `options` may appear several times; the lines are joined (UAPI group, Boot Loader Specification, 2026-11); a kernel
 * without any has none. `undefined`: the entry does not start a kernel.
 */
export function optionsOf(entry: string): string | undefined {
  const options = [...entry.matchAll(/^[ \t]*options[ \t]+(.*)$/gm)].map(([, text = ""]) => text.trim());
  return options.length > 0 || /^[ \t]*linux[ \t]/m.test(entry) ? options.join(" ") : undefined;
}

/**
 * Commands of a menu: a line may contain several, in blocks and after shell keywords (GRUB manual 2.12, "Shell-like
 * scripting").
 */
function grubCommands(menu: string): string[] {
  return menu
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .filter((line) => !/^[ \t]*#/.test(line))
    .flatMap((line) => line.match(/(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^;"'\\])+/g) ?? [])
    .flatMap((line) => line.split(/&&|\|\||(?:^|[ \t])(?:\{|\}|then|else|do)(?=[ \t]|$)/))
    .map((command) => command.trim())
    .filter((command) => command !== "");
}

const LINUX = /^["'\\]*linux(?:16|efi)?["']*[ \t]+([^\s;]+)[ \t]*(.*)$/;

/** Kernels, and the arguments after each, in `linux` and its older names: GRUB manual 2.12, and distributions' `linuxefi`. */
export function grubKernels(menu: string): { program: string; line: string }[] {
  return grubCommands(menu).flatMap((command) => {
    const [, program, line = ""] = LINUX.exec(command) ?? [];
    return program === undefined ? [] : [{ program, line: line.trim() }];
  });
}

/**
 * `append` of each label with a kernel, else the global one (wiki.syslinux.org, "Config", 2026-11); text after the
 * kernel in `kernel` and `linux` belongs to it.
 */
export function syslinuxLines(text: string): string[] {
  let common = "";
  let label: { starts: boolean; own?: string; after: string } | undefined;
  const lines: string[] = [];
  const finish = () => {
    if (label?.starts) lines.push([label.after, label.own ?? common].filter(Boolean).join(" "));
  };
  for (const line of text.split("\n")) {
    const [, keyword = "", rest = ""] = /^[ \t]*(\S+)[ \t]*(.*?)[ \t\r]*$/.exec(line) ?? [];
    switch (keyword.toLowerCase()) {
      case "label":
        finish();
        label = { starts: false, after: "" };
        break;
      case "append": {
        const given = rest === "-" ? "" : rest;
        if (label) label.own = given;
        else common = given;
        break;
      }
      case "kernel":
      case "linux":
        if (label) {
          label.starts = !/\.(c32|bin|0|bs|bss|img|com|cbt)$/i.test(rest.split(/\s+/)[0] ?? "");
          label.after = rest.split(/\s+/).slice(1).join(" ");
        }
        break;
    }
  }
  finish();
  return lines;
}
