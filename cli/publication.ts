import { ALLOW_VARIABLE, ALLOW_RULE, isAllowEntry, isUnattendedBy } from "../config/allow";
import { splitList } from "../facts/words";
import { type Preview, readPreview } from "../plan/preview";
import { publicationOf } from "../plan/publication";
import type { Publication } from "../plan/statement";
import { lastWords, runEngine } from "./engine";
import type { Io } from "./io";
import { Refusal, UsageProblem } from "./problem";

interface PreviewOptions {
  readonly stack: string;
  /** Guarded changes named on the command line. */
  readonly allow: readonly string[];
  /** Refresh the state from the clouds first. */
  readonly refresh: boolean;
  /** Output file of the engine's own plan. */
  readonly savePlan?: string;
}

export interface Previewed {
  readonly publication: Publication;
  readonly preview: Preview;
}

/**
 * Runs the engine's preview. Non-interactive and without guards: the whole publication is shown, whatever is named.
 *
 * @throws {Refusal} when the engine failed before it reached the stack
 */
export async function previewPublication(options: PreviewOptions): Promise<Previewed> {
  const { stack, allow, refresh, savePlan } = options;
  const run = await runEngine(
    [
      ...["preview", "--json", "--non-interactive", "--stack", stack],
      ...(refresh ? ["--refresh"] : []),
      ...(savePlan === undefined ? [] : ["--save-plan", savePlan]),
    ],
    // With CI set the provider refuses unnamed changes already in the preview, which hides everything else.
    { env: { CI: "", [ALLOW_VARIABLE]: allow.join(",") } },
  );
  const preview = readPreview(run.stdout);
  if (preview === undefined) throw new Refusal(`pulumi preview: ${lastWords(run)}`);
  const publication = publicationOf(preview, preview.stack ?? stack, allow);
  if (run.status === 0 || publication.problems.length > 0) return { preview, publication };
  return { preview, publication: { ...publication, problems: [`pulumi preview: ${lastWords(run)}`] } };
}

/**
 * Changes named by `--allow` and the environment.
 *
 * @throws {UsageProblem} when one is not the name of a guarded change
 */
export function namedChanges(options: readonly string[]): string[] {
  const inEnvironment = splitList(process.env[ALLOW_VARIABLE] ?? "");
  const given = [
    ...options.map((entry) => ["--allow", entry] as const),
    ...inEnvironment.map((entry) => [ALLOW_VARIABLE, entry] as const),
  ];
  const wrong = given.filter(([, entry]) => !isAllowEntry(entry));
  if (wrong.length > 0) {
    const lines = wrong.map(
      ([from, entry]) => `${from} needs ${ALLOW_RULE}, but has ${JSON.stringify(entry)}.`,
    );
    throw new UsageProblem(lines.join("\n"));
  }
  return [...new Set(given.map(([, entry]) => entry))];
}

/** In CI questions cannot be answered. */
export function isUnattended(ci: boolean | undefined): boolean {
  return ci ?? isUnattendedBy(process.env.CI);
}

/** Prints the engine's warnings, except those the publication reports itself. */
export function showWarnings({ warnings }: Preview, io: Io): void {
  for (const warning of warnings) io.err(`imprimatur: warning: ${warning}\n`);
}
