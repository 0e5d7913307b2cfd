import { Command } from "commander";
import { runEngine } from "./engine";
import type { ExitCode, Io } from "./io";

export function command(io: Io): Command {
  return new Command("pulumi")
    .description(
      "Runs the Pulumi engine with these arguments: the one on PATH, else the one that set-up brings.",
    )
    .argument("<argument...>", "of the engine, as: preview --diff")
    .passThroughOptions()
    .allowUnknownOption()
    .helpOption(false)
    .addHelpText("after", "\nThe exit code is the engine's.")
    .action(async (args: string[]) => {
      const { status } = await runEngine(args, { output: "inherit" });
      io.exitWith(status as ExitCode);
    });
}
