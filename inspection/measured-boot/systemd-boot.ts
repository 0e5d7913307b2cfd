import type { BootChain, Measurement } from "../../config/measured-boot";
import { digestsOf } from "../../facts/pcr";
import { LARGEST_LOADER, optionsOf } from "../boot-entries";
import { peSections } from "../pe";
import { NotInspectable, textOf, type Tree } from "../tree";
import { BOOT_OPTION, chainOf, programMeasured } from "./draft";
import { loadOptions, measuresInitrd, OLDEST_SYSTEMD, systemdVersion, textOfSection } from "./systemd";
import { NINE, ukiMeasured } from "./uki";

const TWELVE =
  "whether this version of systemd-boot hands a unified kernel image its own command line, and so measures it, is known of 252 only";

interface Loader {
  file: string;
  program: Buffer;
}

interface Begun {
  loader: Loader;
  started: readonly Measurement[];
}

/** Chains of systemd-boot's entries: boot loader specification type 1 (files below /loader/entries) and type 2 (/EFI/Linux). */
export function systemdBootChains(esp: Tree, loader: Loader): (() => BootChain)[] {
  const begun = {
    loader,
    started: [...BOOT_OPTION, programMeasured("boot loader", loader.file, loader.program)],
  };
  const names = (folder: string, ending: string) =>
    (esp.list(folder) ?? [])
      .filter(({ name, kind }) => kind === "file" && name.toLowerCase().endsWith(ending))
      .map(({ name }) => `${folder}/${name}`);
  return [
    ...names("/loader/entries", ".conf").map((file) => () => typeOne(esp, file, begun)),
    ...names("/EFI/Linux", ".efi").map((file) => () => unified(begun, file, fileOf(esp, file, file), file)),
  ];
}

/**
 * systemd-boot starts the kernel through the firmware, so it is in PCR 4, and measures the load options that it gives it into PCR 12; the
 * kernel's own stub measures them and the initrd into PCR 9 (systemd 252, src/boot/efi/boot.c, 2026-11; seen with OVMF 2022.11 and kernel 6.1).
 */
function typeOne(esp: Tree, file: string, begun: Begun): BootChain {
  const { started } = begun;
  const text = textOf(esp, file) ?? "";
  const path = /^[ \t]*(?:linux|efi|uki)[ \t]+(\S+)/m.exec(text)?.[1];
  if (path === undefined) throw new NotInspectable(`${file}: names no kernel`);
  const kernel = fileOf(esp, path, file);
  if (peSections(kernel).some(({ name }) => name === ".linux")) {
    if (optionsOf(text)) throw new NotInspectable(`${file}: gives options to a unified kernel image`);
    return unified(begun, path, kernel, file);
  }
  const initrds = [...text.matchAll(/^[ \t]*initrd[ \t]+(\S+)/gm)].map(([, name = ""]) => name);
  const line = [...initrds.map((name) => `initrd=${name.replaceAll("/", "\\")}`), optionsOf(text) ?? ""]
    .join(" ")
    .trim();
  const options = digestsOf(loadOptions(line));
  const knows = measuresInitrd(kernel);
  const content = initrds.map((name) => fileOf(esp, name, file));
  return chainOf({
    entry: file,
    loader: "systemd-boot",
    measurements: [
      ...started,
      programMeasured("kernel", path, kernel),
      ...(line === "" ? [] : [{ pcr: 12, part: "command line", name: file, ...options }]),
      ...(knows ? [{ pcr: 9, part: "command line", name: file, ...options }] : []),
      ...(knows && content.length > 0
        ? [{ pcr: 9, part: "initrd", name: initrds.join(" "), ...digestsOf(...content) }]
        : []),
    ],
    unpredicted: knows ? [] : [{ pcr: 9, why: NINE }],
  });
}

/**
 * systemd-boot 252 gives the image its own command line as load options and measures it; with Secure Boot off the stub takes it from there
 * and measures it again (src/boot/efi/boot.c and stub.c of 252, 2026-11; seen with OVMF 2022.11).
 */
function unified({ loader, started }: Begun, file: string, program: Buffer, entry: string): BootChain {
  const { measurements, unpredicted } = ukiMeasured(file, program);
  const version = systemdVersion(loader.program)?.version;
  const line = peSections(program).find(({ name }) => name === ".cmdline");
  const options = digestsOf(loadOptions(textOfSection(line?.data ?? Buffer.alloc(0))));
  const given = { pcr: 12, part: "command line", name: `${file}, .cmdline`, ...options };
  return chainOf({
    entry,
    loader: "systemd-boot",
    measurements: [
      ...started,
      ...measurements,
      ...(line && version === OLDEST_SYSTEMD ? [given, { ...given, secureBoot: false }] : []),
    ],
    unpredicted: [...unpredicted, ...(version === OLDEST_SYSTEMD ? [] : [{ pcr: 12, why: TWELVE }])],
  });
}

/** @throws {NotInspectable} when the entry names a file that is not there */
export function fileOf(tree: Tree, path: string, from: string): Buffer {
  const found = tree.read(path.startsWith("/") ? path : `/${path}`, LARGEST_LOADER);
  if (!found) throw new NotInspectable(`${from}: names ${path}, which is not there`);
  return found;
}
