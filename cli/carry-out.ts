/** From what a change means to its end: shown, named, confirmed, done. */
import { ALLOW_VARIABLE } from "../config/allow";
import type { SavedPlan } from "../plan/saved";
import type { Publication } from "../plan/statement";
import { renderText } from "../plan/text";
import { EXIT, type Io } from "./io";
import { onceCopiesFit } from "./copies-fit";
import { caughtUp } from "./mend-state";
import { Refusal, UsageProblem } from "./problem";
import { previewPublication, showWarnings } from "./publication";
import { finishPending } from "./recovery";
import { refuseOtherSteps, withPrivateFolder, writeEnginePlan } from "./saved-plan";
import { reportOpenPlaces } from "./still-open";
import { whileWaiting } from "./waiting";
import { runWatched, type Watching } from "./watched-engine";

export interface Change {
  readonly stack: string;
  readonly refresh: boolean;
  /** What the command line names. */
  readonly allow: readonly string[];
  /** Absent: nobody is there. */
  readonly ask: Io["ask"];
  /** It was confirmed beforehand. */
  readonly yes: boolean;
  /** The plan that it must be, and the file that it is from. */
  readonly saved?: { readonly plan: SavedPlan; readonly file: string };
  /** Whether one resource that fails stops the others. */
  readonly goOn?: boolean;
  /** Told when it is agreed to, right before the first thing is done. */
  readonly beginning?: () => void;
}

/**
 * What came of it: the engine's exit status, `nothing` to do, or not `agreed` to, which is said and is the exit code already.
 */
export type Outcome = { readonly status: number } | "nothing" | "refused";

/** @throws {Refusal} the preview found problems */
export async function carryOut(change: Change, io: Io): Promise<Outcome> {
  const { stack, allow, refresh, ask, saved } = change;
  const { publication, preview } = await whileWaiting(io, "the engine's preview", () =>
    previewPublication({ stack, allow, refresh }),
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
  // A withdrawal waits for no cloud that has to be asked what an interrupted creation left: the next `up` does that.
  if (!change.goOn) await finishPending(stack, "up", io, preview.steps);
  const once = () => withPrivateFolder((folder) => doUp(change, [...allow, ...named], folder, io));
  // A saved plan is of the state that it was made for: it is carried out once.
  const { status } = await (saved ? once() : onceCopiesFit(once, io));
  if (status === 0) await caughtUp(stack);
  else await reportOpenPlaces(stack, io);
  return { status };
}

/** What was named by typing it; `undefined`: something was not. */
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

/** @throws {UsageProblem} nobody is there to be asked */
async function isConfirmed(ask: Io["ask"]): Promise<boolean> {
  if (ask === undefined) throw new UsageProblem("there is nobody to ask: add --yes");
  return /^y(es)?$/i.test((await ask("Do it? [y/N] ")).trim());
}

/** The engine works and is seen to. */
function doUp(
  { stack, refresh, ask, saved, goOn }: Change,
  allow: readonly string[],
  folder: string,
  io: Io,
): Promise<Watching> {
  const attended = ask !== undefined;
  return runWatched(
    [
      ...["up", "--skip-preview", "--yes", "--stack", stack],
      ...(refresh ? ["--refresh"] : []),
      ...(goOn ? ["--continue-on-error"] : []),
      ...(saved === undefined ? [] : ["--plan", writeEnginePlan(folder, saved.plan)]),
      ...(attended ? [] : ["--non-interactive"]),
    ],
    { stack, io, attended, env: { [ALLOW_VARIABLE]: allow.join(",") } },
  );
}
