import { posix } from "node:path";
import { NotInspectable } from "../tree";

/** sysdeps/generic/dl-cache.h of glibc 2.36: `struct cache_file_new`, little-endian. */
const MAGIC = "glibc-ld.so.cache1.1";
const HEADER = 48;
const ENTRY = 24;

/** A library by its name, and where ld.so(8) would load it from. */
interface CachedLibrary {
  readonly name: string;
  readonly path: string;
}

/**
 * Every entry of ld.so.cache, by its offsets, as ld.so reads it.
 *
 * @throws {NotInspectable} for another form
 */
function cachedLibraries(cache: Buffer): CachedLibrary[] {
  if (cache.toString("latin1", 0, MAGIC.length) !== MAGIC)
    throw new NotInspectable(`a cache of libraries that does not begin with ${MAGIC}`);
  const count = cache.readUInt32LE(20);
  if (HEADER + count * ENTRY > cache.length) throw new NotInspectable("a cache of libraries that is cut off");
  const textAt = (offset: number): string => {
    const end = cache.indexOf(0, offset);
    if (offset >= cache.length || end < 0) throw new NotInspectable("a cache of libraries that is damaged");
    return cache.toString("latin1", offset, end);
  };
  return Array.from({ length: count }, (_, index) => {
    const at = HEADER + index * ENTRY;
    return { name: textAt(cache.readUInt32LE(at + 4)), path: textAt(cache.readUInt32LE(at + 8)) };
  });
}

/** The problem with the cache, which has to lead to known libraries, each under its own name. */
export function libraryCacheProblem(cache: Buffer, isKnown: (path: string) => boolean): string | undefined {
  const problems = cachedLibraries(cache).flatMap(({ name, path }) => {
    if (!isKnown(path)) return [`it leads to ${path}, which no package brings`];
    return posix.basename(path) === name ? [] : [`it leads to ${path} for ${name}`];
  });
  return problems.length > 0 ? problems.slice(0, 5).join("; ") : undefined;
}
