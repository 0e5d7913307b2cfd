import { Command } from "commander";
import { openIn } from "../config/still-open";
import { renderStatus } from "./status/render";
import { statusOf } from "./status/status";
import { factsIn } from "./catalogue/stacks";
import { readDeployment, stateIn } from "./deployment";
import type { Io } from "./io";
import { repeated } from "./repeated";
import { readStackFile, stackNamed } from "./stack";
import { noteUpdate } from "./update-note";

interface Options {
  readonly stack: readonly string[];
  readonly json?: boolean;
}

const HELP = `
Reads the state of the stack, as the last up left it, and asks no cloud: imprimatur audit compares it with the clouds. Who may
use an image is told by what shares it, not by what the stack file wants.

Example:
  imprimatur status --stack debian-13 --stack debian-12`;

/** `imprimatur status`: what is published, where, until when, who may use it. */
export function command(io: Io): Command {
  return new Command("status")
    .description("Says what is published, where, until when and for whom, by the stack's state.")
    .option("--stack <name>", "may be repeated; default: the selected one", repeated, [])
    .option("--json", "print it as JSON")
    .addHelpText("after", HELP)
    .action(async ({ stack, json }: Options) => {
      const names = stack.length > 0 ? stack : [await stackNamed(undefined)];
      const all = [];
      for (const name of names) all.push(await readStatus(name, io));
      io.out(
        json
          ? `${JSON.stringify({ schemaVersion: 1, stacks: all }, null, 2)}\n`
          : all.map(renderStatus).join("\n"),
      );
    });
}

async function readStatus(stack: string, io: Io) {
  const { config } = readStackFile(stack);
  const deployment = await readDeployment(stack);
  await noteUpdate(stack, { now: "this is how far its state is now" }, io, deployment.pending);
  return statusOf({
    ...{ stack, product: config.product, ...factsIn(deployment) },
    open: openIn(stateIn(deployment)),
  });
}
