import { TrustProblem } from "./problem";

/** File name → digest in lower-case hex. */
export type Checksums = ReadonlyMap<string, string>;

const HEX_LENGTH = { sha256: 64, sha512: 128 } as const;
type ChecksumAlgorithm = keyof typeof HEX_LENGTH;

/**
 * `SHA512SUMS` in the format of sha512sum(1): digest, two spaces or space and asterisk, name; with a leading
 * backslash when the name is escaped. Also BSD style (`SHA512 (name) = …`), with lines of other algorithms between;
 * comments (`#`) and a byte order mark are allowed. Throws {@link TrustProblem} for any other line: a partial list is
 * invalid.
 */
export function parseChecksums(text: string, algorithm: ChecksumAlgorithm, file: string): Checksums {
  const sums = new Map<string, string>();
  for (const [index, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const bsd = /^([A-Za-z0-9-]+) \((.+)\) = ([0-9a-f]+)$/i.exec(line);
    // `BLAKE2b (name) = …` has the same length, but is another digest.
    if (bsd && bsd[1]?.replace("-", "").toLowerCase() !== algorithm) continue;
    const gnu = /^(\\?)([0-9a-f]+) [ *](.+)$/i.exec(line);
    const name = gnu ? (gnu[1] ? unescapeName(gnu[3] ?? "") : gnu[3]) : bsd?.[2];
    const digest = (gnu?.[2] ?? bsd?.[3])?.toLowerCase();
    if (!name || digest?.length !== HEX_LENGTH[algorithm]) {
      throw new TrustProblem(
        `${file}, line ${index + 1}: not a line of ${algorithm}sum (needed: ${HEX_LENGTH[algorithm]} hex digits and a file name); fetch the file again`,
      );
    }
    const known = sums.get(name);
    if (known !== undefined && known !== digest) {
      throw new TrustProblem(
        `${file}, line ${index + 1}: a second, different digest for ${name}; fetch the file again`,
      );
    }
    sums.set(name, digest);
  }
  return sums;
}

function unescapeName(name: string): string {
  return name.replace(
    /\\([\\nr])/g,
    (_all, char: string) => ({ "\\": "\\", n: "\n", r: "\r" })[char] ?? char,
  );
}
