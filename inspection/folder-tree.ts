/** The files of a system that runs, or of one that is mounted in a folder. Nothing is followed out of that folder. */
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from "node:fs";
import { bytesOfName, nameOf } from "../facts/file-name";
import { MIB } from "../facts/units";
import { type Entry, NotInspectable, TEXT_LIMIT, type Tree } from "./tree";

/** Linux's limit of followed links (path_resolution(7)). */
const MOST_LINKS = 40;
const PIECE = MIB;

/**
 * @param folder the root of the system, `/` for the one that runs
 */
export function openFolder(folder: string): Tree {
  const base = folder.replace(/\/+$/, "");
  // The folder may be named by a link.
  const at = (path: string) => bytesOfName(`${base}${path === "/" ? "/." : path}`);
  const links = linkReader(at);
  const digester = (algorithm: "md5" | "sha256") => (path: string) => {
    const real = links.real(path);
    if (real === undefined || !statOf(at(real), path)?.isFile()) return undefined;
    const hash = createHash(algorithm);
    for (const piece of pieces(at(real), path)) hash.update(piece);
    return hash.digest("hex");
  };
  return {
    top: rightsOf(statOf(at("/"), "/")),
    md5: digester("md5"),
    sha256: digester("sha256"),
    target: (path) => links.target(path),
    read(path, limit = TEXT_LIMIT) {
      const real = links.real(path);
      if (real === undefined || !statOf(at(real), path)?.isFile()) return undefined;
      const parts: Buffer[] = [];
      let total = 0;
      for (const piece of pieces(at(real), path)) {
        total += piece.length;
        if (total > limit)
          throw new NotInspectable(`${path} has more than ${limit} bytes, which are not read`);
        parts.push(Buffer.from(piece));
      }
      return Buffer.concat(parts);
    },
    list(path) {
      const real = links.real(path);
      if (real === undefined || !statOf(at(real), path)?.isDirectory()) return undefined;
      const names = about(path, () => readdirSync(at(real), { encoding: "buffer" })) ?? [];
      return names
        .flatMap((name) => entryAt(nameOf(name), at(`${real === "/" ? "" : real}/${nameOf(name)}`), path))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

/** One that went away meanwhile is none. Errors are those of the folder that has it. */
function entryAt(name: string, file: Buffer, folder: string): Entry[] {
  const found = statOf(file, folder);
  if (!found) return [];
  const kind = found.isFile()
    ? "file"
    : found.isDirectory()
      ? "folder"
      : found.isSymbolicLink()
        ? "link"
        : "other";
  const isDevice = found.isBlockDevice() || found.isCharacterDevice();
  return [
    {
      ...{ name, kind, size: kind === "file" ? found.size : 0, id: `${found.dev}, ${found.ino}` },
      ...rightsOf(found),
      ...(isDevice && { device: true }),
    },
  ];
}

function rightsOf(found: Stats | undefined): NonNullable<Tree["top"]> {
  return found ? { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid } : {};
}

function statOf(file: Buffer, path: string): Stats | undefined {
  return about(path, () => lstatSync(file));
}

/** A folder or link that is replaced while it is looked at is not followed either. */
function* pieces(file: Buffer, path: string): Generator<Buffer> {
  const handle = about(path, () =>
    openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY),
  );
  if (handle === undefined) throw new NotInspectable(`${path}: it went away meanwhile`);
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    for (;;) {
      const count = about(path, () => readSync(handle, piece, 0, PIECE, null)) ?? 0;
      if (count === 0) return;
      yield piece.subarray(0, count);
    }
  } finally {
    closeSync(handle);
  }
}

/** @returns `undefined`: there is none */
function about<T>(path: string, use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new NotInspectable(
      `${path}: ${code === "EACCES" || code === "EPERM" ? "not yours to read" : code}`,
    );
  }
}

/** Links are resolved by their text within the folder, as the system in it would (path_resolution(7)). */
function linkReader(at: (path: string) => Buffer) {
  const folders = new Map<string, string | undefined>([["", ""]]);
  const targetOf = (path: string) =>
    statOf(at(path), path)?.isSymbolicLink()
      ? about(path, () => nameOf(readlinkSync(at(path), { encoding: "buffer" })))
      : undefined;
  const resolve = (path: string, left: number): string | undefined => {
    const slash = path.lastIndexOf("/");
    const parent = folderOf(path.slice(0, slash), left);
    const name = path.slice(slash + 1);
    if (parent === undefined) return undefined;
    if (name === "" || name === ".") return parent;
    if (name === "..") return parent.slice(0, Math.max(0, parent.lastIndexOf("/")));
    const target = targetOf(`${parent}/${name}`);
    if (target === undefined) return `${parent}/${name}`;
    if (left === 0) throw new NotInspectable(`${path}: more than ${MOST_LINKS} symbolic links`);
    return resolve(target.startsWith("/") ? target : `${parent}/${target}`, left - 1);
  };
  const folderOf = (path: string, left: number): string | undefined => {
    if (folders.has(path)) return folders.get(path);
    const found = resolve(path, left);
    folders.set(path, found);
    return found;
  };
  return {
    real(path: string): string | undefined {
      const found = resolve(path, MOST_LINKS);
      return found === "" ? "/" : found;
    },
    target(path: string): string | undefined {
      const slash = path.lastIndexOf("/");
      const parent = folderOf(path.slice(0, slash), MOST_LINKS);
      return parent === undefined ? undefined : targetOf(`${parent}/${path.slice(slash + 1)}`);
    },
  };
}
