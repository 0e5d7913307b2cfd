import type { Architecture } from "../config/release";
import { TrustProblem } from "./problem";
import { newerReleases, type Records, type SignedRecord, versionOf } from "./records";
import { judge, type Verdict } from "./verdict";

interface SystemQuestion {
  readonly subject: string;
  readonly record: SignedRecord;
  readonly records: Records;
  readonly architecture: Architecture;
  /** The differences, in words. */
  readonly found: { readonly wrong: string[]; readonly old: string[]; readonly notes: string[] };
  /** Places of programs that could not be read. */
  readonly needed: readonly { readonly path: string; readonly why: string }[];
  readonly system: NonNullable<Verdict["system"]>;
}

/**
 * The verdict on a system by its files.
 *
 * @throws {TrustProblem} when nothing differs, and programs were not seen
 */
export function checkSystem({ subject, record, records, found, needed, ...rest }: SystemQuestion): Verdict {
  const { wrong, old, notes } = found;
  if (wrong.length === 0 && needed.length > 0) {
    const unseen = needed.slice(0, 5).map(({ path, why }) => `${path} (${why})`);
    const more = needed.length > 5 ? ` and ${needed.length - 5} more` : "";
    throw new TrustProblem(
      `${subject}: nothing that was read differs from ${versionOf(record)}, and these were not read: ${unseen.join(", ")}${more}; run it as root, with every file system of the machine mounted`,
    );
  }
  const newer = newerReleases(records, record)[0];
  const verdict = judge(subject, record, rest.architecture, {
    wrong,
    old: [...(newer ? [`${versionOf(newer)} is out (${newer.file})`] : []), ...old],
    notes: [...notes, ...records.refused],
  });
  return { ...verdict, system: rest.system };
}
