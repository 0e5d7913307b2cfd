import type { Command } from "commander";
import { stateCommand } from "./change-state";
import type { Io } from "./io";

const HELP = `
Sets state: staged on the release's line of the stack file, and goes on as 'imprimatur up' does: the plan is shown, and if the
answer is no the file is as it was. A release that was published cannot be staged again: 'imprimatur withdraw' takes it back.

Exit codes: as 'imprimatur up'.`;

/** `imprimatur stage`: private, in the home region only. */
export function command(io: Io): Command {
  return stateCommand(
    "stage",
    { to: "staged", description: "Stages a release of the stack file.", help: HELP },
    io,
  );
}
