/**
 * The list of every file of a disk, which a running system is compared with: in the form of mtree(5) (libarchive 3.7, NetBSD 10), so that
 * other programs read it, gzipped on disk. Canonical: the same disk gives the same text.
 */
import { gunzipSync } from "node:zlib";
import { bytesOfName, nameOf } from "../facts/file-name";
import { MIB } from "../facts/units";

export interface ListedFile {
  readonly kind: "file" | "folder" | "link" | "other";
  /** Permissions and owner; absent for a file system that has none. */
  readonly rights?: { readonly mode: number; readonly uid: number; readonly gid: number };
  /** Of a file: bytes, and SHA-256 in hex. */
  readonly size?: number;
  readonly sha256?: string;
  /** Of a link, as written. */
  readonly target?: string;
  /** Package that brings it, by dpkg's records in the image. */
  readonly package?: string;
  /** One of the package's configuration files. */
  readonly isSetting?: boolean;
}

export interface FileList {
  /** The raw disk, by `diskIdentity`. */
  readonly disk: string;
  /** Versions of installed packages, by name. */
  readonly packages: ReadonlyMap<string, string>;
  /** By path. */
  readonly files: ReadonlyMap<string, ListedFile>;
}

const FIRST = "#mtree v2.0 imprimatur 1";
const TYPES = { file: "file", folder: "dir", link: "link", other: "fifo" } as const;
const KINDS: Readonly<Record<string, ListedFile["kind"]>> = {
  file: "file",
  dir: "folder",
  link: "link",
  fifo: "other",
};

/** A desktop with 400,000 files has some 60 MB. */
const MOST_BYTES = 256 * MIB;

/** The text whose SHA-256 names the list. */
export function writeFileList({ disk, packages, files }: FileList): string {
  const inOrder = <Value>(all: ReadonlyMap<string, Value>) => [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [...files].map(([path, file]) => `${written(`.${path}`)} ${keywords(file)}`);
  return [
    FIRST,
    `# disk ${disk}`,
    ...inOrder(packages).map(([name, version]) => `# package ${written(name)} ${written(version)}`),
    ...lines.sort(),
    "",
  ].join("\n");
}

function keywords(file: ListedFile): string {
  const { kind, rights, size, sha256, target, package: owner, isSetting = false } = file;
  const tags = [
    ...(owner === undefined ? [] : [`package:${written(owner)}`]),
    ...(isSetting ? ["setting"] : []),
  ];
  return [
    `type=${TYPES[kind]}`,
    ...(rights
      ? [`mode=${rights.mode.toString(8).padStart(4, "0")} uid=${rights.uid} gid=${rights.gid}`]
      : []),
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(sha256 === undefined ? [] : [`sha256digest=${sha256}`]),
    ...(target === undefined ? [] : [`link=${written(target)}`]),
    ...(tags.length > 0 ? [`tags=${tags.join(",")}`] : []),
  ].join(" ");
}

/** As vis(3) with VIS_OCTAL: what is not a plain character as three octal digits. */
function written(text: string): string {
  const plain = /[^\w./:+~@%^=-]/;
  if (!plain.test(text)) return text;
  return [...bytesOfName(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return byte > 0x7f || plain.test(character) ? `\\${byte.toString(8).padStart(3, "0")}` : character;
    })
    .join("");
}

function readBack(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes = text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return nameOf(Buffer.from(bytes, "latin1"));
}

/**
 * The text of a list as it is kept: gzipped, or unpacked by somebody.
 *
 * @returns `undefined`: damaged, or far too large
 */
export function unpackedList(bytes: Buffer): string | undefined {
  try {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    return text.length > MOST_BYTES ? undefined : text.toString("latin1");
  } catch {
    return undefined;
  }
}

/** Reads a list whose digest was compared; `message`: the line that is not as {@link writeFileList} writes it. */
export function readFileList(text: string): FileList | { readonly message: string } {
  const [first, about = "", ...lines] = text.split("\n");
  const [, disk] = /^# disk (\S+)$/.exec(about) ?? [];
  if (first !== FIRST || disk === undefined)
    return { message: `it begins with "${(first ?? "").slice(0, 40)}", needed: "${FIRST}" and the disk` };
  const packages = new Map<string, string>();
  const files = new Map<string, ListedFile>();
  for (const [index, line] of lines.entries()) {
    if (line === "" && index === lines.length - 1) break;
    const [, name, version] = /^# package (\S+) (\S+)$/.exec(line) ?? [];
    const found = name === undefined ? fileIn(line) : undefined;
    if (name !== undefined && version !== undefined) packages.set(readBack(name), readBack(version));
    else if (found) files.set(found.path, found.file);
    else return { message: `line ${index + 3} is none of a list` };
  }
  return { disk, packages, files };
}

const LINE =
  /^\.(\/\S*) type=(\w+)(?: mode=([0-7]{4,5}) uid=(\d{1,10}) gid=(\d{1,10}))?(?: size=(\d{1,15}))?(?: sha256digest=([0-9a-f]{64}))?(?: link=(\S*))?(?: tags=(?:package:([^\s,]+))?,?(setting)?)?$/;

function fileIn(line: string): { path: string; file: ListedFile } | undefined {
  const [, path, type = "", mode, uid, gid, size, sha256, target, owner, setting] = LINE.exec(line) ?? [];
  const kind = KINDS[type];
  if (path === undefined || kind === undefined) return undefined;
  const file: ListedFile = {
    kind,
    ...(mode !== undefined && { rights: { mode: parseInt(mode, 8), uid: Number(uid), gid: Number(gid) } }),
    ...(size !== undefined && { size: Number(size) }),
    ...(sha256 !== undefined && { sha256 }),
    ...(target !== undefined && { target: readBack(target) }),
    ...(owner !== undefined && { package: readBack(owner) }),
    ...(setting !== undefined && { isSetting: true }),
  };
  return { path: readBack(path), file };
}
