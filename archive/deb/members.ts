import { ArchiveProblem } from "../problem";

/** A member of a binary package, deb(5). */
interface DebMember {
  /** `data.tar.xz`. */
  readonly name: string;
  readonly bytes: Buffer;
}

const MAGIC = "!<arch>\n";
const HEADER = 60;
/** deb(5) has three, and more that begin with `_`. */
const MOST_MEMBERS = 16;

/**
 * Members of a .deb: an ar archive, ar(5), whose first member is `debian-binary` of format 2. No kept library of npm's
 * reads ar archives (2026-11), and the format is this header.
 *
 * @param name for messages
 * @throws {ArchiveProblem} for another format, or one that ends early
 */
export function debMembers(deb: Buffer, name: string): DebMember[] {
  const refused = (what: string) =>
    new ArchiveProblem(
      `${name}: no Debian package (${what}), though its digest is the signed one; report it to the archive`,
    );
  if (deb.toString("latin1", 0, MAGIC.length) !== MAGIC) throw refused("it does not begin as an ar archive");
  const members: DebMember[] = [];
  for (let at = MAGIC.length; at < deb.length;) {
    const header = deb.toString("latin1", at, at + HEADER);
    const size = Number(header.slice(48, 58).trim());
    const end = at + HEADER + size;
    if (!header.endsWith("`\n") || !Number.isSafeInteger(size) || size < 0 || end > deb.length)
      throw refused("it ends in the midst of a member");
    if (members.length === MOST_MEMBERS) throw refused(`more than ${MOST_MEMBERS} members`);
    members.push({
      name: header.slice(0, 16).trim().replace(/\/$/, ""),
      bytes: deb.subarray(at + HEADER, end),
    });
    at = end + (size % 2);
  }
  const [format] = members;
  if (format?.name !== "debian-binary" || !format.bytes.toString("latin1").startsWith("2."))
    throw refused("its first member does not say format 2");
  return members;
}
