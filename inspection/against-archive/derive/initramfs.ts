import { createHash } from "node:crypto";
import { posix } from "node:path";
import { MIB } from "../../../facts/units";
import type { Context } from "../context";
import type { CpioMember } from "../cpio";
import { modulesIn, withoutBytesBefore } from "../module-names";
import { initramfsMembers } from "../initramfs";

/** A desktop's, with all firmware, has 500 MB. */
const LARGEST = 512 * MIB;

/** Members under other names than in their packages: initramfs-tools 0.142, klibc 2.0.12. */
const RENAMED: Readonly<Record<string, readonly string[]>> = {
  sh: ["sh.shared", "dash"],
  busybox: ["busybox"],
};

/** What initramfs-tools writes by itself: mkinitramfs(8) 0.142. Whole texts, comments left out. */
const WRITTEN: readonly { name: RegExp; text: RegExp }[] = [
  { name: /^conf\/arch\.conf$/, text: /^DPKG_ARCH=[a-z0-9]+\n$/ },
  { name: /^conf\/(conf\.d\/)?(resume|zz-resume-auto)$/, text: /^RESUME=[\w=/-]*\n$/ },
  { name: /^etc\/fstab$/, text: /^$/ },
  { name: /^etc\/modprobe\.d\/[\w.-]+$/, text: /^$/ },
  { name: /^conf\/modules$/, text: /^[\w\s-]*$/ },
  {
    name: /^scripts\/[\w-]+\/ORDER$/,
    text: /^(\/scripts\/[\w-]+\/[\w.-]+ "\$@"\n|\[ -e \/conf\/param\.conf \] && \. \/conf\/param\.conf\n)*$/,
  },
];
const MODULE_LISTS = /\/modules\.[a-z.]+$/;
const LIBRARY_CACHE = /^etc\/ld\.so\.cache$/;

/**
 * An initramfs, whose members have to be files of packages, by their content and name, or what initramfs-tools writes.
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
  if (kind === "folder") return true;
  if (kind === "link") return isLinkInside(name, data.toString("utf8"), names);
  // Device nodes of old images: the kernel makes its own.
  if (kind === "other") return /^dev\/(console|null|kmsg)$/.test(name);
  const base = posix.basename(name);
  const known = context.contents.get(createHash("sha256").update(data).digest("hex"));
  if (known && [base, ...(RENAMED[base] ?? [])].some((each) => known.has(each))) return true;
  // A hard link has its content in the last of its names only.
  if (data.length === 0 && context.expected.has(`/${name}`)) return true;
  const text = data.toString("latin1");
  if (WRITTEN.some((each) => each.name.test(name) && each.text.test(text))) return true;
  if (MODULE_LISTS.test(name))
    return modulesIn(text).every((each) => isModule(each, posix.dirname(name), names));
  return LIBRARY_CACHE.test(name) && librariesIn(text).every((each) => isInside(each, names));
}

/** Where its target is in the initramfs, or made there when it starts. */
function isLinkInside(name: string, target: string, names: ReadonlySet<string>): boolean {
  const full = posix.resolve("/", posix.dirname(name), target);
  return isInside(full, names) || /^\/(proc|run|dev)\//.test(full);
}

/** With /lib and the like as links into /usr. */
function isInside(path: string, names: ReadonlySet<string>): boolean {
  const plain = path.slice(1);
  return names.has(plain) || names.has(`usr/${plain}`);
}

function isModule(name: string, folder: string, names: ReadonlySet<string>): boolean {
  return withoutBytesBefore(name).some((plain) => names.has(`${folder}/${plain}`) || names.has(plain));
}

function librariesIn(text: string): string[] {
  return [...text.matchAll(/\0(\/[^\0]+)(?=\0)/g)].map(([, path = ""]) => path);
}
