/** The course of a change: shown, named, confirmed, done. */
import { ALLOW_VARIABLE } from "../config/allow";
import type { SavedPlan } from "../plan/saved";
import type { Publication } from "../plan/statement";
import { renderText } from "../plan/text";
import { EXIT, type Io } from "./io";
import { whileQuotaInUse } from "./quota-in-use";
import { clearBehindMark } from "./restore-state";
import { Refusal, UsageProblem } from "./problem";
import { previewPublication, showWarnings } from "./publication";
import { tellPublished } from "./published-now";
import { finishPending } from "./recovery";
import { refuseOtherSteps, withPrivateFolder, writeEnginePlan } from "./saved-plan";
import { reportOpenPlaces } from "./still-open";
import { whileWaiting } from "./waiting";
import { runWatched, type Watching } from "./watched-engine";

interface Change {
  readonly stack: string;
  readonly refresh: boolean;
  /** Guarded changes named on the command line. */
  readonly allow: readonly string[];
  /** Absent: non-interactive. */
  readonly ask: Io["ask"];
  /** Confirmed beforehand. */
  readonly yes: boolean;
  /** The saved plan that must match, and its file. */
  readonly saved?: { readonly plan: SavedPlan; readonly file: string };
  /** True if a failed resource does not stop the others. */
  readonly goOn?: boolean;
  /** Called after confirmation, right before the first operation. */
  readonly beginning?: () => void;
}

/** The engine's exit status, `nothing` to do, or `refused`: reported, and the exit code already set. */
export type Outcome = { readonly status: number } | "nothing" | "refused";

/** @throws {Refusal} when the preview found problems */
export async function carryOut(change: Change, io: Io): Promise<Outcome> {
  const { stack, allow, refresh, ask, saved } = change;
  const { publication, preview } = await whileWaiting(
    io,
    "previewing: the program runs, and the engine compares it with the state",
    () => previewPublication({ stack, allow, refresh }),
  );
  showWarnings(preview, io);
  if (publication.problems.length > 0) throw new Refusal(publication.problems.join("\n"));
  if (saved) refuseOtherSteps(saved.file, saved.plan, preview);
  io.out(renderText(publication, { styled: io.styled ?? false }));
  if (publication.statements.length === 0) {
    if (!change.goOn) await finishPending(stack, "up", io);
    return "nothing";
  }
  const named = await nameGuarded(publication, ask);
  if (named === undefined) {
    io.err(`imprimatur: nothing was done: ${unnamedKinds(publication).join(" and ")} must be named.\n`);
    io.exitWith(EXIT.unnamed);
    return "refused";
  }
  if (!change.yes && !(await isConfirmed(ask))) {
    io.err("Nothing was done.\n");
    io.exitWith(EXIT.problem);
    return "refused";
  }
  change.beginning?.();
  // A withdrawal does not wait for queries about leftovers of interrupted creations: the next `up` makes them.
  if (!change.goOn) await finishPending(stack, "up", io, preview.steps);
  const began = Date.now();
  const once = () => withPrivateFolder((folder) => doUp(change, [...allow, ...named], folder, io));
  // A saved plan is only valid for its state: it is carried out once.
  const { status } = await (saved ? once() : whileQuotaInUse(once, io));
  if (status === 0) {
    await clearBehindMark(stack);
    await tellPublished(stack, began, io);
  } else await reportOpenPlaces(stack, io);
  return { status };
}

/** Guarded changes named by typing them; `undefined`: at least one was not. */
async function nameGuarded(publication: Publication, ask: Io["ask"]): Promise<string[] | undefined> {
  if (publication.guards.length === 0) return [];
  if (ask === undefined) return undefined;
  for (const kind of unnamedKinds(publication)) {
    const answer = await ask(`Type ${kind} if that is meant: `);
    if (answer.trim() !== kind) return undefined;
  }
  return publication.guards.map(({ kind, release }) => `${kind}:${release}`);
}

function unnamedKinds({ guards }: Publication): string[] {
  return [...new Set(guards.map(({ kind }) => kind))];
}

/** @throws {UsageProblem} when non-interactive */
async function isConfirmed(ask: Io["ask"]): Promise<boolean> {
  if (ask === undefined) throw new UsageProblem("there is nobody to ask: add --yes");
  return /^y(es)?$/i.test((await ask("Do it? [y/N] ")).trim());
}

/** Runs the engine's `up` with progress. */
function doUp(
  { stack, refresh, ask, saved, goOn }: Change,
  allow: readonly string[],
  folder: string,
  io: Io,
): Promise<Watching> {
  const attended = ask !== undefined;
  return runWatched(
    [
      // The outputs are 150 lines for three clouds; after a Ctrl-C too.
      ...["up", "--skip-preview", "--yes", "--suppress-outputs", "--stack", stack],
      ...(refresh ? ["--refresh"] : []),
      ...(goOn ? ["--continue-on-error"] : []),
      ...(saved === undefined ? [] : ["--plan", writeEnginePlan(folder, saved.plan)]),
      ...(attended ? [] : ["--non-interactive"]),
    ],
    { stack, io, attended, env: { [ALLOW_VARIABLE]: allow.join(",") } },
  );
}
