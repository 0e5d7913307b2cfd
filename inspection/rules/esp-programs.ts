import { createHash } from "node:crypto";
import { bootEntries, LARGEST_LOADER } from "../boot-entries";
import { isOwn } from "../own-files";
import { ownedFiles } from "../owned-files";
import { peSections } from "../pe";
import { espOf, type Finding, type Rule } from "../rule";
import { filesBelow } from "../tree";

/** What firmware and loaders start. */
const PROGRAM = /\.efi$|\/(linux|vmlinu[xz][^/]*|[^/]*\.nsh)$/i;

export const espPrograms: Rule = {
  id: "esp-programs",
  severity: "error",
  title: "Every loader and kernel in the EFI system partition is a package's",
  reason:
    "What the firmware starts comes before all that is checked: a loader or a kernel of somebody's does as it likes.",
  cure: "Copy the loader and the kernel from their packages again, or declare the file in ownFiles (/boot/efi/…).",
  limits:
    "The initramfs, and other parts of a unified kernel image than its kernel; loaders of legacy BIOS; GRUB's modules in /boot.",
  check(image, expected) {
    if (expected.firmware === "legacy-bios") return [];
    const esp = espOf(image);
    const owned = ownedFiles(image);
    const known = new Set([...owned.digests.values()].map(({ md5 }) => md5));
    const named = new Set(
      bootEntries(image).flatMap(({ program }) => (program === undefined ? [] : [plain(program)])),
    );
    return [...filesBelow(esp, "/")].flatMap(({ path }): Finding[] => {
      if (!(PROGRAM.test(path) || named.has(plain(path))) || isOwn(expected, `/boot/efi${path}`)) return [];
      const md5 = esp.md5(path);
      if (md5 !== undefined && known.has(md5)) return [];
      const kernel = /\.efi$/i.test(path)
        ? peSections(esp.read(path, LARGEST_LOADER) ?? Buffer.alloc(0)).find(({ name }) => name === ".linux")
        : undefined;
      if (kernel && known.has(createHash("md5").update(kernel.data).digest("hex"))) return [];
      return [{ message: kernel ? "its kernel is no package's" : "is no package's", where: path }];
    });
  },
};

/** As firmware takes it: whatever the letters, either stroke, and GRUB's name of the disk before it. */
function plain(path: string): string {
  return `/${path
    .replace(/^["']|["']$/g, "")
    .replace(/^\([^)]*\)/, "")
    .replaceAll("\\", "/")
    .split("/")
    .filter(Boolean)
    .join("/")
    .toLowerCase()}`;
}
