import { Command } from "commander";
import type { Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { isUnattended } from "./publication";
import { freeStack } from "./free-stack";
import { finishPending } from "./recovery";
import { stackNamed } from "./stack";
import { describeGoingOn, refuseFullDisk } from "./state-keeper";
import { runWatched } from "./watched-engine";

interface Options {
  stack?: string;
  endUpdate?: boolean;
  yes?: boolean;
  ci?: boolean;
}

const HELP = `
Runs 'pulumi destroy', after it has cleared up as 'imprimatur recover' does. What the creations of a killed 'up' had begun is
deleted too. What cannot be deleted keeps only what it lies in. Releases that are staged or published are protected: see docs/releases.md. Whatever else bears the stack's tags
afterwards is listed by 'imprimatur sweep'.

Exit codes: 0 everything is deleted; 1 a problem, or the answer was no; 2 wrong usage; 14 somebody else updates the stack.`;

/** `imprimatur destroy`: the engine's `destroy`, even after a killed update. */
export function command(io: Io): Command {
  return new Command("destroy")
    .description("Deletes everything of a stack.")
    .option("--stack <name>", "default: the selected one")
    .option("--end-update", "end the update that holds the stack, also another's")
    .option("--yes", "do not ask")
    .option("--ci", "never ask; default where CI is set")
    .addHelpText("after", HELP)
    .action((options: Options) => destroy(options, io));
}

async function destroy({ stack: named, endUpdate, yes, ci }: Options, io: Io): Promise<void> {
  const ask = isUnattended(ci) ? undefined : io.ask;
  if (!yes && ask === undefined) throw new UsageProblem("there is nobody to ask: add --yes");
  const stack = await stackNamed(named);
  await freeStack({ stack, endUpdate, ...(ask && { ask }) }, io);
  await refuseFullDisk(stack);
  if (!yes) {
    const answer = await ask?.(`Everything of ${stack} is deleted. Type its name if that is meant: `);
    if (answer?.trim() !== stack) throw new Refusal("nothing was done");
  }
  await finishPending(stack, "gone", io);
  const attended = ask !== undefined;
  const { status } = await runWatched(
    // A refused deletion in one cloud does not stop the rest.
    [
      ...["destroy", "--skip-preview", "--yes", "--continue-on-error", "--stack", stack],
      ...(attended ? [] : ["--non-interactive"]),
    ],
    { stack, io, attended },
  );
  if (status !== 0)
    throw new Refusal(
      `pulumi destroy ended with exit ${status}; what it said is above. Whatever that does not keep is deleted. ${await describeGoingOn(stack, "destroy")}`,
    );
}
