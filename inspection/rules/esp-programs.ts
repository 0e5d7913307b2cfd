import { createHash } from "node:crypto";
import { bootEntries, LARGEST_LOADER } from "../boot-entries";
import type { InspectedImage } from "../image";
import { isOwn } from "../own-files";
import { ownedFiles } from "../owned-files";
import { peSections } from "../pe";
import { linkTarget } from "../real-path";
import { espOf, type Finding, type Rule, rootOf } from "../rule";
import { filesBelow } from "../tree";

/**
 * Programs started by firmware and loaders, and firmware keys that systemd-boot enrolls by itself (loader.conf(5)).
 */
const PROGRAM = /\.efi$|^\/loader\/keys\/|\/(linux|vmlinu[xz][^/]*|[^/]*\.nsh)$/i;

export const espPrograms: Rule = {
  id: "esp-programs",
  severity: "error",
  title: "Every loader and kernel that is started is a package's",
  reason:
    "What the firmware starts comes before all that is checked: a loader or a kernel of somebody's does as it likes.",
  cure: "Copy the loader and the kernel from their packages again, or declare the file in ownFiles (/boot/efi/…).",
  limits:
    "The initramfs, and other parts of a unified kernel image than its kernel; loaders of legacy BIOS; GRUB's modules in /boot.",
  check(image, expected) {
    const esp = expected.firmware === "legacy-bios" ? undefined : espOf(image);
    const owned = ownedFiles(image);
    const known = new Set([...owned.digests.values()].map(({ md5 }) => md5));
    const named = new Set(
      bootEntries(image).flatMap(({ program }) => (program === undefined ? [] : [plain(program)])),
    );
    const inEsp = esp ? [...filesBelow(esp, "/")] : [];
    const here = new Set(inEsp.map(({ path }) => plain(path)));
    const elsewhere = kernelsInRoot(image).filter(
      (path) => !here.has(plain(path)) && !owned.has(owned.place(path)) && !isOwn(expected, path),
    );
    const inRoot = elsewhere.map((where): Finding => ({
      message: "a boot entry starts it, and it is no package's",
      where,
    }));
    const strange = inEsp.flatMap(({ path }): Finding[] => {
      if (!(PROGRAM.test(path) || named.has(plain(path))) || isOwn(expected, `/boot/efi${path}`)) return [];
      const md5 = esp?.md5(path);
      if (md5 !== undefined && known.has(md5)) return [];
      const kernel = /\.efi$/i.test(path)
        ? peSections(esp?.read(path, LARGEST_LOADER) ?? Buffer.alloc(0)).find(({ name }) => name === ".linux")
        : undefined;
      if (kernel && known.has(createHash("md5").update(kernel.data).digest("hex"))) return [];
      return [{ message: kernel ? "its kernel is no package's" : "is no package's", where: path }];
    });
    return [...strange, ...inRoot];
  },
};

/** Files of the root that an entry starts: in the root, or in what is mounted at /boot, with links followed. */
function kernelsInRoot(image: InspectedImage): string[] {
  const root = rootOf(image);
  const named = bootEntries(image).flatMap(({ program }) => (program === undefined ? [] : [bare(program)]));
  return [...new Set(named.flatMap((path) => [path, `/boot${path}`]))]
    .filter((path) => root.md5(path) !== undefined)
    .map((path) => linkTarget(root, path) ?? path);
}

/** In firmware's form: any case, both kinds of slashes, without GRUB's disk name. */
function plain(path: string): string {
  return bare(path).toLowerCase();
}

/** Without quotes and GRUB's disk name. */
function bare(path: string): string {
  return `/${path
    .replace(/^["']|["']$/g, "")
    .replace(/^\([^)]*\)/, "")
    .replaceAll("\\", "/")
    .split("/")
    .filter(Boolean)
    .join("/")}`;
}
