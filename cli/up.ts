import { Command } from "commander";
import type { SavedPlan } from "../plan/saved";
import { carryOut } from "./carry-out";
import type { Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { freeStack } from "./free-stack";
import { isUnattended, namedChanges } from "./publication";
import { repeated } from "./repeated";
import { openSavedPlan, refuseOtherWorld } from "./saved-plan";
import { stackNamed } from "./stack";
import { describeGoingOn, refuseFullDisk } from "./state-keeper";

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

/** `imprimatur up`: the engine's `up`, after confirmation by a person or the command line. */
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
  await refuseFullDisk(stack);
  if (saved && options.plan !== undefined) await refuseOtherWorld(options.plan, saved);
  const { plan: file, yes = false } = options;
  const planned = saved !== undefined && file !== undefined && { saved: { plan: saved, file } };
  const outcome = await carryOut({ stack, refresh, allow, ask, yes, ...planned }, io);
  if (typeof outcome === "object" && outcome.status !== 0)
    throw new Refusal(
      `pulumi up ended with exit ${outcome.status}; what it said is above. ${await describeGoingOn(stack, "up")}`,
    );
}

/** @throws {UsageProblem} when another stack is named */
function stackOf(saved: SavedPlan, { stack, plan }: Options): string {
  if (stack === undefined || stack === saved.stack) return saved.stack;
  throw new UsageProblem(`--stack is ${stack}, and ${plan} is a plan of ${saved.stack}. Leave --stack out.`);
}
