import { Command } from "commander";
import { ALLOW_VARIABLE } from "../config/allow";
import type { SavedPlan } from "../plan/saved";
import type { Publication } from "../plan/statement";
import { renderText } from "../plan/text";
import { EXIT, type Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { isUnattended, namedChanges, previewPublication, repeated, showWarnings } from "./publication";
import { finishPending, freeStack } from "./recovery";
import {
  openSavedPlan,
  refuseOtherSteps,
  refuseOtherWorld,
  withPrivateFolder,
  writeEnginePlan,
} from "./saved-plan";
import { stackNamed } from "./stack";
import { startWaiting } from "./waiting";
import { runWatched } from "./watched-engine";

interface Options {
  stack?: string;
  allow: string[];
  plan?: string;
  refresh?: boolean;
  endUpdate?: boolean;
  yes?: boolean;
  ci?: boolean;
}

const HELP = `
Shows what 'imprimatur plan' shows, asks, and runs 'pulumi up'. At a terminal a guarded change can be named by typing its
kind; elsewhere --allow or the stack file must name it, and --yes answers the question.

With --plan the file, the state, the image files and what the clouds hold are compared with what the plan was made from.
Any difference refuses it before anything happens.

After an up or destroy that was killed it clears up first, as 'imprimatur recover' does: see there.

Exit codes: 0 done, or nothing to do; 1 a problem, or the answer was no; 2 wrong usage; 13 a guarded change is not named;
14 somebody else updates the stack.`;

/** `imprimatur up`: the engine's `up`, once a person or the command line agreed to what it means. */
export function command(io: Io): Command {
  return new Command("up")
    .description("Does what plan says, and no guarded change that is not named.")
    .option("--stack <name>", "default: the selected one, or the plan's")
    .option(
      "--allow <change>",
      "a guarded change that is meant, as make-public or make-public:20261120.0; may be repeated",
      repeated,
      [],
    )
    .option("--plan <file>", "do what imprimatur plan --save wrote, and nothing else")
    .option("--refresh", "ask the clouds first what they hold; with --plan as when it was saved")
    .option("--end-update", "end the update that holds the stack, also another's")
    .option("--yes", "do not ask")
    .option("--ci", "never ask; default where CI is set")
    .addHelpText("after", HELP)
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  const inCommand = namedChanges(options.allow);
  const saved = options.plan === undefined ? undefined : openSavedPlan(options.plan);
  const stack = saved === undefined ? await stackNamed(options.stack) : stackOf(saved, options);
  const allow = [...new Set([...(saved?.allow ?? []), ...inCommand])];
  const refresh = saved?.refreshed ?? options.refresh ?? false;
  const ask = isUnattended(options.ci) ? undefined : io.ask;
  await freeStack({ stack, endUpdate: options.endUpdate, ...(ask && { ask }) }, io);
  if (saved && options.plan !== undefined) await refuseOtherWorld(options.plan, saved);
  const waiting = startWaiting(io, "the engine's preview");
  const { publication, preview } = await previewPublication({ stack, allow, refresh }).finally(waiting.end);
  showWarnings(preview, io);
  if (publication.problems.length > 0) throw new Refusal(publication.problems.join("\n"));
  if (saved && options.plan !== undefined) refuseOtherSteps(options.plan, saved, preview);
  io.out(renderText(publication, { styled: io.styled ?? false }));
  if (publication.statements.length === 0) return finishPending(stack, "up", io);

  const named = await nameGuarded(publication, ask);
  if (named === undefined) {
    io.err(`imprimatur: nothing was done: ${unnamedKinds(publication).join(" and ")} must be named.\n`);
    io.exitWith(EXIT.unnamed);
    return;
  }
  if (!options.yes && !(await isConfirmed(ask))) {
    io.err("Nothing was done.\n");
    io.exitWith(EXIT.problem);
    return;
  }
  await finishPending(stack, "up", io, preview.steps);
  const status = await withPrivateFolder((folder) =>
    doUp({ stack, refresh, allow: [...allow, ...named], attended: ask !== undefined, saved, folder }, io),
  );
  if (status !== 0)
    throw new Refusal(`pulumi up ended with exit ${status}; what it said is above. The next up goes on`);
}

/** @throws {UsageProblem} another stack is named */
function stackOf(saved: SavedPlan, { stack, plan }: Options): string {
  if (stack === undefined || stack === saved.stack) return saved.stack;
  throw new UsageProblem(`--stack is ${stack}, and ${plan} is a plan of ${saved.stack}. Leave --stack out.`);
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

interface Up {
  readonly stack: string;
  readonly refresh: boolean;
  readonly allow: readonly string[];
  readonly attended: boolean;
  readonly saved: SavedPlan | undefined;
  readonly folder: string;
}

/** The engine works and is seen to. @returns its exit status */
function doUp({ stack, refresh, allow, attended, saved, folder }: Up, io: Io): Promise<number> {
  return runWatched(
    [
      ...["up", "--skip-preview", "--yes", "--stack", stack],
      ...(refresh ? ["--refresh"] : []),
      ...(saved === undefined ? [] : ["--plan", writeEnginePlan(folder, saved)]),
      ...(attended ? [] : ["--non-interactive"]),
    ],
    { io, attended, env: { [ALLOW_VARIABLE]: allow.join(",") } },
  );
}
