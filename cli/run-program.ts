/** Common to every program here: help, errors in one line, exit codes. */
import { type Command, CommanderError } from "commander";
import { EXIT, type ExitCode, type Io } from "./io";
import { withstandClosedOutput } from "./output";
import { Refusal, renderProblem } from "./problem";
import { PROCESS_IO } from "./terminal";

/**
 * Runs a command line.
 *
 * @param argv without node and script
 * @param programFor makes the program for these words
 * @returns the exit code; see the help
 */
export async function runProgram(
  argv: readonly string[],
  programFor: (words: readonly string[], io: Io) => Command,
  terminal: Omit<Io, "exitWith"> = PROCESS_IO,
): Promise<ExitCode> {
  if (terminal === PROCESS_IO) withstandClosedOutput();
  let code: ExitCode = EXIT.ok;
  const io: Io = { ...terminal, exitWith: (given) => (code = given) };
  const debug = argv.includes("--debug");
  try {
    const words = asHelp(argv);
    const program = programFor(words, io);
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    // commander has already printed it: help and version are no error, anything else is a usage error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    renderProblem(error, io, { debug, json: argv.includes("--json") });
    return error instanceof Refusal ? error.exitCode : EXIT.problem;
  }
}

/** `help plan` is `plan --help`; so is a line without words that of the whole. */
function asHelp(argv: readonly string[]): readonly string[] {
  if (argv[0] === "help") return [...argv.slice(1), "--help"];
  return argv.length > 0 ? argv : ["--help"];
}

/** A program and its commands print through `io`, and end with an error instead of the process. */
export function configure(program: Command, io: Io): void {
  const subcommands = program.commands.flatMap(({ commands }) => commands);
  for (const command of [program, ...program.commands, ...subcommands]) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: io.out,
        writeErr: io.err,
        outputError: (text, write) => write(usage(text)),
      })
      .helpCommand(false)
      .showHelpAfterError(`See '${pathOf(command)} --help'.`);
    if (command !== program) command.option("--debug", "show where an error comes from");
  }
}

/** Words up to the command: "imprimatur index update". */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** commander's "error: unknown option '--x'" in the form of all other errors. */
function usage(text: string): string {
  return text.replace(/^error: /, "imprimatur: ");
}
