import { z } from "zod";
import { readText, UnreadableFile } from "../facts/read-file";
import { MIB } from "../facts/units";
import { ArchiveProblem } from "./problem";
import { compareDebianVersions } from "./version";

/** The Debian security tracker's file had some 70 MB in 2026. */
const MOST_BYTES = 400 * MIB;

/**
 * https://security-tracker.debian.org/tracker/data/json, 2026-11: source package, then name of the issue, then code
 * name of the release. Only what is read here.
 */
const schema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.looseObject({
      releases: z.record(
        z.string(),
        z.looseObject({ status: z.string(), fixed_version: z.string().optional() }),
      ),
    }),
  ),
);

/** Fixed issues of a source package, by the code name of the release. */
export class Tracker {
  constructor(private readonly sources: z.output<typeof schema>) {}

  /** Issues fixed after source version `from`, up to and with `to`; `0` in the file: this release never had it. */
  fixedBetween(source: string, codename: string, { from, to }: { from: string; to: string }): string[] {
    return Object.entries(this.sources[source] ?? {})
      .filter(([, { releases }]) => {
        const { status, fixed_version: fixed } = releases[codename] ?? {};
        if (status !== "resolved" || fixed === undefined || fixed === "0") return false;
        return compareDebianVersions(fixed, from) > 0 && compareDebianVersions(fixed, to) <= 0;
      })
      .map(([issue]) => issue)
      .sort();
  }
}

/** @throws {ArchiveProblem} for a file that is not the tracker's */
export function readTracker(file: string): Tracker {
  const cure = "download it again: https://security-tracker.debian.org/tracker/data/json";
  try {
    const parsed = schema.safeParse(JSON.parse(readText(file, { mostBytes: MOST_BYTES, cure })));
    if (parsed.success) return new Tracker(parsed.data);
    const { path, message } = parsed.error.issues[0]!;
    throw new ArchiveProblem(
      `${file}: ${path.join(".")}: not the security tracker's format (${message}); ${cure}`,
    );
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new ArchiveProblem(`${file}: this is not JSON (${error.message}); ${cure}`);
    if (error instanceof UnreadableFile) throw new ArchiveProblem(error.message);
    throw error;
  }
}
