/** Where initramfs-tools puts files of packages: mkinitramfs(8) and hook-functions 0.142 to 0.148, klibc 2.0.12, busybox 1.35. */
import { posix } from "node:path";
import { MERGED_FOLDERS } from "../../dpkg-places";
import type { Context } from "../context";

const BUSYBOX = /^\/(bin\/busybox|lib\/initramfs-tools\/bin\/busybox)$/;
const MOST_LINKS = 10;

/** The same for both paths of a file where /bin and the like are links into /usr. */
export function withoutUsr(path: string): string {
  return path.replace(/^\/usr(?=\/(s?bin|lib\w*)\/)/, "");
}

/** True if a member of an initramfs may have its content from a path of a package. */
export function sourcesOf(member: string, context: Context): (source: string) => boolean {
  const plain = withoutUsr(member);
  const own = new Set([plain, withoutUsr(realPath(plain, context))]);
  const [, program] = /^\/s?bin\/([^/]+)$/.exec(plain) ?? [];
  if (program !== undefined) {
    own.add(`/lib/klibc/bin/${program}`);
    own.add(`/lib/initramfs-tools/bin/${program}`);
    if (program === "sh") own.add("/lib/klibc/bin/sh.shared");
  }
  if (/^\/(init$|scripts\/)/.test(member)) {
    own.add(`/usr/share/initramfs-tools${member}`);
    own.add(`/etc/initramfs-tools${member}`);
  }
  const [, setting] = /^\/conf\/(initramfs\.conf|conf\.d\/[^/]+)$/.exec(member) ?? [];
  if (setting !== undefined) {
    own.add(`/etc/initramfs-tools/${setting}`);
    own.add(`/usr/share/initramfs-tools/${setting}`);
  }
  // Its programs are names of the one program.
  return (source) => own.has(source) || (program !== undefined && BUSYBOX.test(source));
}

/** A link of a package, a folder that is one in /usr, or a name of a program of busybox. */
export function isLinkOfPackages(member: string, target: string, context: Context): boolean {
  // The kernel takes it to its first zero.
  if (target.includes("\0")) return false;
  if (MERGED_FOLDERS.includes(member.slice(1))) return target.replace(/^\//, "") === `usr${member}`;
  if (member === "/etc/mtab") return target === "/proc/mounts";
  const leadsTo = withoutUsr(posix.resolve(posix.dirname(member), target));
  if (/^\/s?bin\/[^/]+$/.test(withoutUsr(member)) && leadsTo === "/bin/busybox") return true;
  const packaged = linkAt(withoutUsr(member), context);
  if (packaged === undefined) return false;
  // A link of several steps is made in one.
  return leadsTo === packaged || leadsTo === withoutUsr(realPath(packaged, context));
}

function realPath(path: string, context: Context): string {
  let at = path;
  for (let step = 0; step < MOST_LINKS; step++) {
    const next = linkAt(at, context);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/** Where a link of a package leads; `undefined`: no package has a link there. */
function linkAt(path: string, { expected, place }: Context): string | undefined {
  for (const at of [path, `/usr${path}`, place(path)]) {
    const target = expected.get(at)?.find(({ kind }) => kind === "link")?.target;
    if (target !== undefined) return withoutUsr(posix.resolve(posix.dirname(path), target));
  }
  return undefined;
}
