import type { Command } from "commander";
import { stateCommand } from "./change-state";
import type { Io } from "./io";

const HELP = `
Sets state: deprecated on the release's line of the stack file, and goes on as 'imprimatur up' does: the plan is shown, and if the
answer is no the file is as it was. The release stays usable; users are told to move on.

Exit codes: as 'imprimatur up'.`;

/** `imprimatur deprecate`: still usable, but users are warned. */
export function command(io: Io): Command {
  return stateCommand(
    "deprecate",
    { to: "deprecated", description: "Deprecates a release of the stack file.", help: HELP },
    io,
  );
}
