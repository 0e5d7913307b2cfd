import path from "node:path";
import type { Command } from "commander";
import { activeTranscript, onTranscriptTrouble, TRANSCRIPT_VARIABLE } from "../clouds/transcript/transcript";
import type { Io } from "./io";

/**
 * `--transcript` for a command that calls clouds. The environment variable passes it on to child processes: the
 * engine hands it to the provider plugin. An unwritable file is reported here, once, and not passed on.
 */
export function withTranscript(command: Command, io: Io): Command {
  return command
    .option(
      "--transcript <file>",
      `write down every exchange with a cloud, names and secrets replaced; default: $${TRANSCRIPT_VARIABLE}`,
    )
    .hook("preAction", (_program, action) =>
      startTranscript(action.optsWithGlobals<{ transcript?: string }>().transcript, io),
    );
}

/** @param given a file, relative to the current folder; else the environment's */
export function startTranscript(given: string | undefined, io: Io): void {
  const named = given ?? process.env[TRANSCRIPT_VARIABLE];
  if (!named) return;
  process.env[TRANSCRIPT_VARIABLE] = path.resolve(named);
  onTranscriptTrouble((line) => io.err(`imprimatur: ${line}\n`));
  if (activeTranscript() === undefined) delete process.env[TRANSCRIPT_VARIABLE];
}
