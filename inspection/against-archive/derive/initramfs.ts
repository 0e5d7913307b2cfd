import { createHash } from "node:crypto";
import { posix } from "node:path";
import { MIB } from "../../../facts/units";
import type { Context } from "../context";
import type { CpioMember } from "../cpio";
import { initramfsMembers } from "../initramfs";
import { libraryCacheProblem } from "../library-cache";
import { moduleListProblem } from "../module-lists";
import { isLinkOfPackages, sourcesOf, withoutUsr } from "./initramfs-places";

/** A desktop's, with all firmware, has 500 MB. */
const LARGEST = 512 * MIB;

/** Files that initramfs-tools writes by itself: mkinitramfs(8) 0.142 to 0.148. Whole texts. */
const WRITTEN: readonly { name: RegExp; text: RegExp }[] = [
  { name: /^conf\/arch\.conf$/, text: /^DPKG_ARCH=[a-z0-9]+\n$/ },
  { name: /^conf\/conf\.d\/(resume|zz-resume-auto)$/, text: /^RESUME=[\w=/-]*\n$/ },
  { name: /^etc\/fstab$/, text: /^$/ },
  { name: /^etc\/modprobe\.d\/[\w.-]+\.conf$/, text: /^$/ },
  { name: /^conf\/modules$/, text: /^[\w\s-]*$/ },
];
const ORDER = /^scripts\/[\w-]+\/ORDER$/;
const MODULE_LIST = /^(usr\/)?lib\/modules\/[\w.+~-]+\/modules\.[a-z.]+$/;
const LIBRARY_CACHE = /^etc\/ld\.so\.cache$/;

/**
 * An initramfs, whose members have to be files of packages, each at the place that initramfs-tools has for it, or what
 * initramfs-tools writes.
 */
export function initramfs(path: string, context: Context): string | undefined {
  const bytes = context.walked.read(path, LARGEST);
  if (!bytes) return "it is not there";
  const members = initramfsMembers(bytes, path);
  const names = new Set(members.map(({ name }) => name));
  const stray = members.filter((member) => !isKnown(member, names, context)).map(({ name }) => `/${name}`);
  if (stray.length === 0) return undefined;
  const more = stray.length > 3 ? ` and ${stray.length - 3} more` : "";
  return `it holds ${stray.slice(0, 3).join(", ")}${more}, of no package`;
}

function isKnown({ name, kind, data }: CpioMember, names: ReadonlySet<string>, context: Context): boolean {
  const isRoot = name === "." || name === "";
  // The kernel resolves what others read as a name.
  if (!isRoot && posix.normalize(name).replace(/\/$/, "") !== name.replace(/\/$/, "")) return false;
  if (name.split("/").includes("..")) return false;
  if (kind === "folder") return true;
  if (kind === "link") return isLinkOfPackages(`/${name}`, data.toString("utf8"), context);
  // Device nodes of old images: the kernel makes its own.
  if (kind === "other") return /^dev\/(console|null|kmsg)$/.test(name);
  const sources = context.contents.get(createHash("sha256").update(data).digest("hex"));
  if (sources) {
    const wanted = sourcesOf(`/${name}`, context);
    if ([...sources].some((source) => wanted(withoutUsr(source)))) return true;
  }
  const text = data.toString("latin1");
  if (ORDER.test(name)) return isOrder(text, posix.dirname(name), names);
  if (MODULE_LIST.test(name)) {
    const folder = posix.dirname(name);
    return moduleListProblem(name, data, (each) => names.has(`${folder}/${each}`)) === undefined;
  }
  if (LIBRARY_CACHE.test(name))
    return libraryCacheProblem(data, (each) => isInside(each, names)) === undefined;
  return WRITTEN.some((each) => each.name.test(name) && each.text.test(text));
}

/** Each script of the folder once, and no other; which one is first depends on the scripts' own words (PREREQ). */
function isOrder(text: string, folder: string, names: ReadonlySet<string>): boolean {
  const scripts = [...names].filter((name) => posix.dirname(name) === folder && !name.endsWith("/ORDER"));
  const lines = text.split("\n").filter((line) => line !== "");
  const called = lines.filter((line) => line !== "[ -e /conf/param.conf ] && . /conf/param.conf");
  const wanted = scripts.map((name) => `/${name} "$@"`);
  return called.length === wanted.length && wanted.every((line) => called.includes(line));
}

/** With /lib and the like as links into /usr. */
function isInside(path: string, names: ReadonlySet<string>): boolean {
  const plain = path.slice(1);
  return names.has(plain) || names.has(`usr/${plain}`);
}
