import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FileList, readFileList, unpackedList } from "../config/file-list";
import { ARCHITECTURES, type Architecture } from "../config/release";
import { MIB } from "../facts/units";
import { TrustProblem } from "./problem";
import { readBytes } from "./read-text";
import { imageFileIn, nameOf, type Records, type SignedRecord } from "./records";

/** Packed; a desktop's has 20 MB. */
const MOST_BYTES = 256 * MIB;

interface SignedList {
  readonly list: FileList;
  readonly record: SignedRecord;
  readonly architecture: Architecture;
}

/**
 * The list of files that a trusted record names by its digest: the list says which release is meant.
 *
 * @param file as named by the user; default: the one beside the only record
 * @param wanted which disk, where the record has several
 * @throws {TrustProblem} when there is none, or no record names it
 */
export function signedFileList(
  { trusted }: Pick<Records, "trusted">,
  file: string | undefined,
  wanted?: Architecture,
): SignedList {
  const named = trusted.flatMap((record) =>
    ARCHITECTURES.filter((each) => (wanted ?? each) === each).flatMap((architecture) => {
      const evidence = imageFileIn(record).images[architecture]?.files;
      return evidence ? [{ record, architecture, evidence }] : [];
    }),
  );
  if (named.length === 0)
    throw new TrustProblem(
      `${trusted.map((record) => record.file).join(", ")}: names no list of files${wanted ? ` of ${wanted}` : ""}; ask the publisher for releases made with 'imprimatur inspect --files', or check a fresh volume with 'imprimatur verify disk'`,
    );
  const from = file ?? besides(named);
  const text = unpackedList(readBytes(from, { mostBytes: MOST_BYTES }));
  if (text === undefined) throw new TrustProblem(`${from}: damaged, or no list of files; fetch it again`);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const found = named.find(({ evidence }) => evidence.sha256 === sha256);
  if (!found)
    throw new TrustProblem(
      `${from}: not the list of files of a signed record: its SHA-256, unpacked, is ${sha256}, signed is ${named.map(({ evidence }) => evidence.sha256).join(" or ")}; fetch it again`,
    );
  const list = readFileList(text);
  if ("message" in list) throw new TrustProblem(`${from}: signed, and not a list of files: ${list.message}`);
  return { list, record: found.record, architecture: found.architecture };
}

function besides(named: readonly { record: SignedRecord; architecture: Architecture }[]): string {
  const places = named.map(({ record, architecture }) =>
    join(dirname(record.file), `${nameOf(record).version}-${architecture}.files.gz`),
  );
  const found = places.filter((place) => existsSync(place));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new TrustProblem(
    found.length > 1
      ? `${found.join(" and ")}: which one? Name it with --files`
      : `--files is missing: the list of files of the release, from its publisher; it is not beside the record (${places[0]})`,
  );
}
