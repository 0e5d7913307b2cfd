import { ALLOW_VARIABLE, ALLOW_RULE, isAllowEntry, isUnattendedBy } from "../config/allow";
import { type Preview, readPreview } from "../plan/preview";
import { publicationOf } from "../plan/publication";
import type { Publication } from "../plan/statement";
import { lastWords, runEngine } from "./engine";
import type { Io } from "./io";
import { Refusal, UsageProblem } from "./problem";

export interface PreviewOptions {
  readonly stack: string;
  /** What the command line names. */
  readonly allow: readonly string[];
  /** Ask the clouds first whether everything is as the state has it. */
  readonly refresh: boolean;
  /** Where the engine writes its own plan. */
  readonly savePlan?: string;
}

export interface Previewed {
  readonly publication: Publication;
  readonly preview: Preview;
}

/**
 * Runs the engine's preview. Nobody is asked, and no guard stops it: the whole publication is seen, whatever is named.
 *
 * @throws {Refusal} the engine failed before it looked at the stack
 */
export async function previewPublication(options: PreviewOptions): Promise<Previewed> {
  const { stack, allow, refresh, savePlan } = options;
  const run = await runEngine(
    [
      ...["preview", "--json", "--non-interactive", "--stack", stack],
      ...(refresh ? ["--refresh"] : []),
      ...(savePlan === undefined ? [] : ["--save-plan", savePlan]),
    ],
    // With CI set the provider refuses unnamed changes in the preview, and then nothing else is seen.
    { env: { CI: "", [ALLOW_VARIABLE]: allow.join(",") } },
  );
  const preview = readPreview(run.stdout);
  if (preview === undefined) throw new Refusal(`pulumi preview: ${lastWords(run)}`);
  const publication = publicationOf(preview, preview.stack ?? stack, allow);
  if (run.status === 0 || publication.problems.length > 0) return { preview, publication };
  return { preview, publication: { ...publication, problems: [`pulumi preview: ${lastWords(run)}`] } };
}

/**
 * What `--allow` and the environment name.
 *
 * @throws {UsageProblem} one of them is not the name of a guarded change
 */
export function namedChanges(options: readonly string[]): string[] {
  const inEnvironment = (process.env[ALLOW_VARIABLE] ?? "").split(",").map((word) => word.trim());
  const given = [
    ...options.map((entry) => ["--allow", entry] as const),
    ...inEnvironment.filter(Boolean).map((entry) => [ALLOW_VARIABLE, entry] as const),
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

/** Nobody reads questions there. */
export function isUnattended(ci: boolean | undefined): boolean {
  return ci ?? isUnattendedBy(process.env.CI);
}

/** What the engine warned of, apart from what the publication says itself. */
export function showWarnings({ warnings }: Preview, io: Io): void {
  for (const warning of warnings) io.err(`imprimatur: warning: ${warning}\n`);
}

/** Collects an option that may be repeated. */
export function repeated(value: string, all: string[]): string[] {
  return [...all, value];
}
