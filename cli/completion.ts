import { Command } from "commander";
import { type CompletedCommand, SCRIPTS } from "./completion/scripts";
import type { Io } from "./io";
import { UsageProblem } from "./problem";

const HELP = `
Prints a script for the shell, made of this version's commands:
  bash   imprimatur completion bash > ~/.local/share/bash-completion/completions/imprimatur
  zsh    imprimatur completion zsh > "\${fpath[1]}/_imprimatur"
  fish   imprimatur completion fish > ~/.config/fish/completions/imprimatur.fish
or for this session alone: source <(npx imprimatur completion bash)`;

/** `imprimatur completion`. @param commands all of them, loaded when the script is made */
export function completionCommand(io: Io, commands: () => readonly Command[]): Command {
  return new Command("completion")
    .description("Prints a completion script for a shell.")
    .argument("<shell>", Object.keys(SCRIPTS).join(", "))
    .addHelpText("after", HELP)
    .action((shell: string) => {
      const write = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
      if (write === undefined)
        throw new UsageProblem(`the shell is ${Object.keys(SCRIPTS).join(", ")}, but not ${shell}`);
      io.out(write(commands().map(completed)));
    });
}

function completed(command: Command): CompletedCommand {
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    options: command.options
      .filter(({ long, hidden }) => long !== undefined && !hidden)
      .map(({ long, description }) => ({ flag: long ?? "", description })),
    values: valuesIn(command.registeredArguments[0]?.description),
  };
}

/** An argument that takes few values is described by their list: `aws, gcp, azure`. */
function valuesIn(description = ""): string[] {
  return /^[a-z]+(, [a-z]+)+$/.test(description) ? description.split(", ") : [];
}
