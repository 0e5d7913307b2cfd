import { createHash } from "node:crypto";
import { posix } from "node:path";
import { Parser, type ReadEntry } from "tar";
import { GIB, MIB } from "../../facts/units";
import { type Compression, decompress } from "../decompress";
import { ArchiveProblem } from "../problem";
import { debMembers } from "./members";

/** A file, folder or link as a package brings it. */
export interface PackagedFile {
  /** Absolute, as written in the package: `/bin/sh`. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
  /** Permissions, with setuid, setgid and sticky. */
  readonly mode: number;
  /** dpkg goes by the names; those of base-passwd have the same numbers on every Debian system (Policy 9.2.2). */
  readonly uid: number;
  readonly gid: number;
  /** Target of a link, as written. */
  readonly target?: string;
  /** Content of a file, hex. A hard link has that of the file it names. */
  readonly sha256?: string;
  /** Bytes of a file. */
  readonly size?: number;
}

/** Contents of a .deb. */
export interface DebContents {
  /** The text of its control file. */
  readonly control: string;
  /** SHA-256 of its other control files by name (`postinst`, `md5sums`, …), hex. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Paths of its configuration files. */
  readonly conffiles: readonly string[];
  readonly files: readonly PackagedFile[];
}

/** Bytes of all files of one package: Debian's largest have 5 GiB (2026-11). */
const MOST_DATA = 16 * GIB;
const MOST_CONTROL = 256 * MIB;
/** Bytes of one control file. */
const MOST_SCRIPT = 64 * MIB;
/** Debian's largest have 100,000. */
const MOST_FILES = 1_000_000;
/** PATH_MAX of Linux. */
const LONGEST_PATH = 4096;

/**
 * Reads a .deb in memory: nothing is unpacked to disk, a file's content goes through its digest only.
 *
 * @param name for messages
 * @throws {ArchiveProblem} for what dpkg would refuse, and for more than the limits above
 */
export async function readDeb(deb: Buffer, name: string): Promise<DebContents> {
  const members = debMembers(deb, name);
  const control = await tarMember(members, "control.tar", { name, mostBytes: MOST_CONTROL, keep: true });
  const data = await tarMember(members, "data.tar", { name, mostBytes: MOST_DATA, keep: false });
  const own = new Map(control.map((each) => [each.path, each]));
  const text = own.get("/control")?.text;
  if (text === undefined) throw refused(name, "it has no control file");
  const scripts = control.flatMap(({ path, sha256 }) =>
    sha256 === undefined || path === "/control" ? [] : [[path.slice(1), sha256] as const],
  );
  return {
    control: text,
    scripts: Object.fromEntries(scripts),
    conffiles: (own.get("/conffiles")?.text ?? "").split("\n").flatMap((line) => {
      const path = line.trim().replace(/^remove-on-upgrade\s+/, "");
      return path.startsWith("/") && !line.startsWith("remove-on-upgrade") ? [path] : [];
    }),
    files: data.map(({ text: _, ...file }) => file),
  };
}

type Found = PackagedFile & { text?: string };
interface Limits {
  name: string;
  mostBytes: number;
  /** True if the text of files is kept. */
  keep: boolean;
}

async function tarMember(
  members: ReturnType<typeof debMembers>,
  kind: string,
  { name, mostBytes, keep }: Limits,
): Promise<Found[]> {
  const member = members.find((each) => each.name.replace(/\.(xz|gz|zst)$/, "") === kind);
  if (!member) {
    const given = members.map((each) => each.name).join(", ");
    throw refused(name, `no ${kind}, .xz, .gz or .zst, among ${given}`);
  }
  const how = member.name.slice(kind.length) as Compression | ".zst";
  const found = new Map<string, Found>();
  let problem: Error | undefined;
  const parser = new Parser({ strict: true, maxDecompressionRatio: Infinity });
  parser.on("entry", (entry: ReadEntry) => {
    try {
      if (found.size >= MOST_FILES) throw refused(name, `more than ${MOST_FILES} files`);
      take(entry, found, { name, keep, fail: (error) => (problem ??= error) });
    } catch (error) {
      problem ??= error as Error;
      entry.resume();
    }
  });
  parser.on("error", (error: Error) => (problem ??= refused(name, `${kind}: ${error.message}`)));
  for await (const part of decompress(member.bytes, how, { name: `${name}, ${member.name}`, mostBytes })) {
    parser.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    if (problem) throw problem;
  }
  parser.end();
  if (problem) throw problem;
  return [...found.values()];
}

interface Taking {
  name: string;
  keep: boolean;
  fail: (error: Error) => void;
}

function take(entry: ReadEntry, found: Map<string, Found>, { name, keep, fail }: Taking): void {
  const path = absolute(entry.path, name);
  const { mode = 0, uid = 0, gid = 0, size } = entry;
  const rights = { path, mode: mode & 0o7777, uid, gid };
  if (entry.type === "Link") {
    const original = found.get(absolute(entry.linkpath ?? "", name));
    if (original?.kind !== "file") throw refused(name, `${path}: a hard link to what is no file before it`);
    found.set(path, { ...original, path });
  } else if (entry.type === "SymbolicLink")
    found.set(path, { ...rights, kind: "link", target: entry.linkpath ?? "" });
  else if (entry.type === "Directory") found.set(path, { ...rights, kind: "folder" });
  else if (entry.type === "File" || entry.type === "OldFile" || entry.type === "ContiguousFile") {
    if (keep && size > MOST_SCRIPT) throw refused(name, `${path}: a control file of ${size} bytes`);
    const hash = createHash("sha256");
    const kept: Buffer[] = [];
    entry.on("data", (part: Buffer) => {
      hash.update(part);
      if (keep) kept.push(part);
    });
    entry.on("error", (error) => fail(error as Error));
    entry.on("end", () => {
      const text = keep && { text: Buffer.concat(kept).toString("utf8") };
      found.set(path, { ...rights, kind: "file", size, sha256: hash.digest("hex"), ...text });
    });
    return;
  } else found.set(path, { ...rights, kind: "other" });
  entry.resume();
}

/** As dpkg places it below the root. */
function absolute(path: string, name: string): string {
  if (path.length > LONGEST_PATH || path.includes("\0") || path.split("/").includes(".."))
    throw refused(
      name,
      `${JSON.stringify(path.slice(0, 80))}: a path that leads out of the root, or is too long`,
    );
  return posix.join("/", path).replace(/(.)\/+$/, "$1");
}

function refused(name: string, what: string): ArchiveProblem {
  return new ArchiveProblem(
    `${name}: dpkg would refuse it (${what}), though its digest is the signed one; report it to the archive`,
  );
}
