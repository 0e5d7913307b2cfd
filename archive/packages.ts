import { createHash } from "node:crypto";
import { fieldsOf, PARAGRAPH_END, sourceOf } from "../facts/deb822";
import { GIB, MIB } from "../facts/units";
import { type Compression, COMPRESSIONS, decompress } from "./decompress";
import { ArchiveProblem } from "./problem";
import type { ReleaseFile } from "./release-file";

/** A binary package in an index (deb-control(5), RepositoryFormat). */
export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: string;
  /** Another one than `version` if the package was rebuilt (`+b1`), or versioned by its source in its own way. */
  readonly sourceVersion: string;
  /** Path below the archive: `pool/main/o/openssl/…`. */
  readonly filename: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Digest of the file, lower-case hex. */
  readonly sha256: string;
  readonly component: string;
}

/** Debian's main for one architecture has 50 MB. */
const MOST_UNPACKED = 2 * GIB;
const MOST_PACKED = 512 * MIB;
/** A paragraph with a description and all digests has some KB. */
const MOST_PARAGRAPH = 4 * MIB;

/**
 * The packages of one component and architecture whose names are wanted, in the order of the index. The index is
 * compared with its digest in the signed Release file before any of it is read.
 *
 * @param isWanted by name; default: every one
 * @throws {ArchiveProblem} missing, truncated, or not what was signed
 */
export async function* packagesIn(
  release: ReleaseFile,
  { component, architecture }: { component: string; architecture: string },
  isWanted: (name: string) => boolean = () => true,
): AsyncGenerator<ArchivePackage> {
  const index = await fetchIndex(release, component, architecture);
  if (!index) return;
  const content = decompress(index.bytes, index.compression, index);
  for await (const paragraph of paragraphsOf(content, index.name)) {
    const name = /^Package:[ \t]*(\S+)/im.exec(paragraph)?.[1];
    if (name !== undefined && isWanted(name)) yield packageOf(name, fieldsOf(paragraph), component);
  }
}

interface Index {
  bytes: Buffer;
  compression: Compression;
  name: string;
  mostBytes: number;
}

/** `undefined`: the suite has no packages of this architecture in this component. */
async function fetchIndex(
  release: ReleaseFile,
  component: string,
  architecture: string,
): Promise<Index | undefined> {
  const { folder, place, files, byHash, suite } = release;
  const plain = suite.endsWith("/") ? "Packages" : `${component}/binary-${architecture}/Packages`;
  const listed = COMPRESSIONS.filter((compression) => files.has(`${plain}${compression}`));
  for (const compression of listed) {
    const path = `${plain}${compression}`;
    const { algorithm, digest, size } = files.get(path)!;
    const hashes = `${path.slice(0, path.lastIndexOf("/") + 1)}by-hash/${algorithm.toUpperCase()}/${digest}`;
    // A mirror changes while it is read; by its digest the index of this Release file is found all the same.
    for (const candidate of byHash ? [hashes, path] : [path]) {
      const bytes = await place.read(`${folder}/${candidate}`, Math.min(MOST_PACKED, size + MIB));
      if (!bytes) continue;
      const name = `${place.name}/${folder}/${candidate}`;
      assertSigned(name, bytes, { algorithm, digest, size });
      return { bytes, compression, name, mostBytes: files.get(plain)?.size ?? MOST_UNPACKED };
    }
  }
  if (listed.length === 0) return undefined;
  throw new ArchiveProblem(
    `${place.name}/${folder}/${plain}: the Release file names it, and it is not there (${listed.map((each) => `Packages${each}`).join(", ")}); the mirror is not complete, use another one with --archive`,
  );
}

function assertSigned(
  name: string,
  bytes: Buffer,
  { algorithm, digest, size }: { algorithm: string; digest: string; size: number },
): void {
  if (bytes.length === size && createHash(algorithm).update(bytes).digest("hex") === digest) return;
  const given =
    bytes.length === size ? "it has another digest" : `it has ${bytes.length} bytes, and ${size} were signed`;
  throw new ArchiveProblem(
    `${name}: not the index that the Release file names: ${given}; it is truncated, or the mirror is being updated: run it again later, or use another mirror with --archive`,
  );
}

/** Texts of the paragraphs of a stream. */
async function* paragraphsOf(content: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of content) {
    const parts = (rest + decoder.decode(part, { stream: true })).split(PARAGRAPH_END);
    rest = parts.pop() ?? "";
    if (rest.length > MOST_PARAGRAPH)
      throw new ArchiveProblem(
        `${name}: a paragraph of more than ${MOST_PARAGRAPH} bytes; report it to the archive`,
      );
    yield* parts;
  }
  if (rest.trim() !== "") yield rest;
}

function packageOf(name: string, fields: Map<string, string>, component: string): ArchivePackage {
  const field = (key: string) => fields.get(key) ?? "";
  const version = field("version");
  return {
    name,
    version,
    architecture: field("architecture"),
    ...sourceOf(field("source"), { name, version }),
    filename: field("filename"),
    size: Number(field("size")),
    sha256: field("sha256"),
    component,
  };
}
