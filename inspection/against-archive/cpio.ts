import { kindOfMode } from "../file-mode";
import { type Entry, NotInspectable } from "../tree";

/** A member of an initramfs. */
export interface CpioMember {
  /** Without a slash or `./` at its beginning. */
  readonly name: string;
  readonly kind: Entry["kind"];
  readonly mode: number;
  /** Of hard links, of which one alone has it in the archive, that of all. */
  readonly data: Buffer;
}

const HEADER = 110;
/** Each number in eight digits: of blanks and signs the kernel makes 0 (simple_strtoul), and others a number. */
const WHOLE = /^07070[12][0-9a-f]{104}$/i;
/** Debian's largest have 3,000. */
const MOST_MEMBERS = 200_000;

/**
 * Members of the cpio archive at the beginning of `bytes`, in the format newc (kernel documentation,
 * driver-api/early-userspace/buffer-format, 2026-11), and where it ends, zeros after it included.
 *
 * @throws {NotInspectable} when it is damaged
 */
export function readCpio(bytes: Buffer, name: string): { members: CpioMember[]; end: number } {
  const found: (CpioMember & { inode: string })[] = [];
  for (let at = 0; ;) {
    const header = bytes.toString("latin1", at, at + HEADER);
    const field = (index: number) => parseInt(header.slice(6 + 8 * index, 14 + 8 * index), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const inode = field(4) > 1 ? [0, 7, 8].map(field).join(" ") : "";
    const start = aligned(at + HEADER + nameSize);
    const text = bytes.subarray(at + HEADER, at + HEADER + nameSize);
    // The kernel takes a name to its first zero; iucode_tool(8) has more of them, so that what follows is aligned.
    const length = text.indexOf(0);
    const isWhole = WHOLE.test(header) && start + size <= bytes.length;
    if (!isWhole || length < 0 || text.subarray(length).some((byte) => byte !== 0))
      throw new NotInspectable(`${name}: a cpio archive that is damaged at byte ${at}`);
    const member = text.toString("utf8", 0, length);
    at = aligned(start + size);
    if (member === "TRAILER!!!") {
      while (at < bytes.length && bytes[at] === 0) at++;
      return { members: withLinked(found, name), end: Math.min(at, bytes.length) };
    }
    if (found.length === MOST_MEMBERS) throw new NotInspectable(`${name}: more than ${MOST_MEMBERS} members`);
    const data = bytes.subarray(start, start + size);
    const plain = member.replace(/^(\.?\/+)+/, "");
    found.push({ name: plain, kind: kindOfMode(mode), mode: mode & 0o7777, data, inode });
  }
}

/**
 * The kernel links names of one inode, whichever of them has the content (init/initramfs.c, maybe_link, 6.1). Of two
 * contents the last one is that of all, and cpio(1) writes one.
 */
function withLinked(found: readonly (CpioMember & { inode: string })[], name: string): CpioMember[] {
  const contents = new Map<string, Buffer>();
  for (const { inode, kind, data } of found) {
    if (inode === "" || kind !== "file" || data.length === 0) continue;
    if (contents.get(inode)?.equals(data) === false)
      throw new NotInspectable(`${name}: a cpio archive with hard links of two contents`);
    contents.set(inode, data);
  }
  return found.map(({ inode, ...member }) =>
    member.kind === "file" && member.data.length === 0
      ? { ...member, data: contents.get(inode) ?? member.data }
      : member,
  );
}

function aligned(at: number): number {
  return Math.ceil(at / 4) * 4;
}
