/** The options that say what the catalogue, an announcement or an index is made from. Loads nothing: a help is printed at once. */
import type { Command } from "commander";
import { repeated } from "../repeated";
import { type SignerOptions, withSignerOptions } from "../signer-options";
import type { StackOptions } from "./stacks";

/** Records, and the stacks that publish them. */
export interface RecordSourceOptions extends SignerOptions, StackOptions {
  readonly records: string;
}

export interface SourceOptions extends RecordSourceOptions {
  readonly title?: string;
  readonly url?: string;
}

export function withSourceOptions(command: Command): Command {
  const asked = command
    .option("--url <address>", "where the site will be, as https://images.example.org")
    .option("--title <text>", "what the site is called; default: Cloud images by the publisher");
  return withRecordSourceOptions(asked);
}

export function withRecordSourceOptions(command: Command): Command {
  const asked = command
    .option("--records <folder>", "signed records, in folders of products", "records")
    .option(
      "--stack <name>",
      "stack whose state is asked; may be repeated; default: each whose product has a record",
      repeated,
      [],
    )
    .option(
      "--state <file>",
      "a stack's state as `pulumi stack export` wrote it, instead of asking; may be repeated",
      repeated,
      [],
    )
    .option("--records-only", "what is signed, and nothing of a stack's state");
  return withSignerOptions(asked);
}
