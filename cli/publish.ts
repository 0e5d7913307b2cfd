import type { Command } from "commander";
import { stateCommand } from "./change-state";
import type { Io } from "./io";

const HELP = `
Sets state: published on the release's line of the stack file, and goes on as 'imprimatur up' does: the plan is shown, what is
guarded must be named, and if the answer is no the file is as it was. A release that was withdrawn needs a new --reason.

Exit codes: as 'imprimatur up'.`;

/** `imprimatur publish`: in every region, shared, and the target of its pointers. */
export function command(io: Io): Command {
  return stateCommand(
    "publish",
    { to: "published", description: "Publishes a release of the stack file.", help: HELP },
    io,
  );
}
