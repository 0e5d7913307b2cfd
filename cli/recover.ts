import { Command } from "commander";
import type { Io } from "./io";
import { isUnattended } from "./publication";
import { recover } from "./recovery";
import { stackNamed } from "./stack";

interface Options {
  stack?: string;
  endUpdate?: boolean;
  ci?: boolean;
}

const HELP = `
'imprimatur up' and 'imprimatur destroy' do this first. After an update that was killed, or whose terminal was closed, it
removes the lock if its process is gone, looks for what interrupted creations left under their names (AMIs, an image of
Google Cloud, things of Azure), deletes it if it bears this stack's tags and nobody else may use it, and clears the pending
operations. What this program's own resources began, as an upload, is kept and taken up again. A line is printed for each
thing done; where all is well nothing is changed.

An update that is still running, or that another machine began, is ended only if that is asked for.

Exit codes: 0 nothing is in the way; 1 a problem: a cloud could not be asked, or what is in the way is not to be deleted;
2 wrong usage; 14 somebody else updates the stack.`;

/** `imprimatur recover`: the first step of `up` and `destroy`. */
export function command(io: Io): Command {
  return new Command("recover")
    .description("Clears up after an up or destroy that was killed.")
    .option("--stack <name>", "default: the selected one")
    .option("--end-update", "end the update that holds the stack, also another's")
    .option("--ci", "never ask; default where CI is set")
    .addHelpText("after", HELP)
    .action(async ({ stack: named, endUpdate, ci }: Options) => {
      const stack = await stackNamed(named);
      await recover({ stack, endUpdate, ...(isUnattended(ci) ? {} : io.ask && { ask: io.ask }) }, io);
      io.out(`${stack}: nothing is in the way of the next up.\n`);
    });
}
