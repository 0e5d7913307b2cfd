import fs from "node:fs";
import path from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ensureRunning, ensureStopped } from "./background";
import type { InventoryItem } from "./cloud";
import { CLOUDS, cloudsIn } from "./clouds";
import { CATALOGUE, faultList, listedFaults, readFaultFile } from "./command/faults";
import { rehearsalEnvironment, shellExports } from "./command/env";
import { serve } from "./command/serve";
import { inventoryTable } from "./command/table";
import { ask, isRunning } from "./control-client";
import { type Pace, parsePace } from "./pace";
import { rehearsalFolder } from "./place";
import { replay } from "./replay/replay";
import { renderReplay } from "./replay/report";
import { readTranscript } from "./replay/transcript";
import { startRehearsal } from "./server";
import { guide } from "./start";

interface Common {
  directory?: string;
  pace: Pace;
  json?: boolean;
}

/** End of the help: the two most used lines. */
const EXAMPLES = `
Examples:
  eval "$(npx imprimatur rehearsal env)"    then pulumi preview, up, refresh, destroy: no cloud account is used
  npx imprimatur rehearsal inventory        what is left over
  npx imprimatur rehearsal fault '{"kind": "throttle", "action": "CopyImage", "times": 3}'

Exit codes: 0 done, 1 failed (one line says why), 2 wrong usage.`;

const FAULT_HELP = `
Examples:
  imprimatur rehearsal fault '{"kind": "throttle", "operation": "CopyImage", "times": 3}'
  imprimatur rehearsal fault '{"cloud": "azure", "kind": "error", "region": "westeurope", "status": 503, "lasts": 60}'
  imprimatur rehearsal fault --list gcp

Without "cloud" a fault is AWS's. A share of the requests: "probability": 0.3, "seed": 7.`;

interface FaultOptions extends Common {
  list?: string | true;
  file?: string;
  clear?: true;
}

/**
 * `imprimatur rehearsal …`.
 *
 * @param argv what follows `rehearsal`
 * @returns the exit code; see the help
 */
export async function run(argv: string[]): Promise<number> {
  let code = 0;
  const program = commands((result) => (code = result));
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`imprimatur rehearsal: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function commands(exitWith: (code: number) => void): Command {
  const program = new Command("imprimatur rehearsal")
    .description("Stand-in clouds on this machine, and the shell settings that make pulumi use them.")
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("'imprimatur rehearsal --help' tells more")
    .enablePositionalOptions()
    .exitOverride();
  const command = (usage: string, description: string) =>
    program
      .command(usage)
      .description(description)
      .option(
        "--directory <folder>",
        "state and bytes (default: $IMPRIMATUR_REHEARSAL_DIR or .rehearsal of the checkout)",
      )
      .exitOverride();
  const pace = () =>
    new Option(
      "--pace <factor>",
      "factor on every delay of the clouds; 0 = none, recorded or real = the times of real clouds",
    )
      .default(1)
      .argParser(readPace);

  command("env", "start the clouds in the background if needed, and print shell exports")
    .addOption(pace())
    .option("--openstack", "OpenStack's own Keystone and Glance too, in this folder from now on")
    .option("--json", "as one JSON object")
    .action(async (options: Common & { openstack?: boolean }) => {
      const folder = rehearsalFolder(options.directory);
      const environment = await rehearsalEnvironment(folder, options.pace, options);
      print(options.json ? toJson(environment) : shellExports(environment));
    });

  program
    .command("start [arguments...]")
    .description("publish a disk to the clouds, step by step: --image my.raw --product my-linux")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .exitOverride()
    .action(async (args: string[]) => guide(args));

  command("serve", "run the clouds in the foreground")
    .addOption(pace())
    .option("--verbose", "a line per request")
    .action(async (options: Common & { verbose?: boolean }) => {
      const quiet = (line: string) => {
        if (options.verbose || !/^\d\d:\d\d:\d\d /.test(line)) print(`${line}\n`);
      };
      exitWith(await serve(rehearsalFolder(options.directory), options.pace, quiet));
    });

  command("stop", "end the clouds; what they hold is kept").action(async (options: Common) => {
    const was = await ensureStopped(rehearsalFolder(options.directory));
    print(was ? "The rehearsal has ended.\n" : "No rehearsal was running.\n");
  });

  command("inventory", "list everything that any account holds in any cloud")
    .option("--json", "as a JSON array")
    .action(async (options: Common) => {
      const items = await inventory(rehearsalFolder(options.directory));
      print(options.json ? toJson(items) : inventoryTable(items));
    });

  command("reset", "forget everything: what the clouds hold, their accounts and the engine's state")
    .addOption(pace())
    .action(async (options: Common) => {
      const folder = rehearsalFolder(options.directory);
      const was = await ensureStopped(folder);
      const there = cloudsIn(folder);
      for (const part of [...Object.keys(CLOUDS), "pulumi", "pulumi-home"]) {
        fs.rmSync(path.join(folder, part), { recursive: true, force: true });
      }
      // Empty again, and still there.
      for (const name of there) fs.mkdirSync(path.join(folder, name), { mode: 0o700 });
      if (was) await ensureRunning(folder, options.pace);
      print("Forgotten. Keys are new: evaluate 'imprimatur rehearsal env' again.\n");
    });

  command("fault [json]", "make a cloud misbehave, or change what only a cloud can change")
    .option(
      "--list [cloud]",
      "what there is: kinds, members, an example of each (aws, gcp, azure; default: all)",
    )
    .option("--file <file>", "a list of faults, YAML or JSON; all are read before the first one is made")
    .option("--clear", "end every fault that waits, in every cloud")
    .option("--json", "with --list: as one JSON object")
    .addHelpText("after", FAULT_HELP)
    .action(async (json: string | undefined, options: FaultOptions) => {
      const folder = () => rehearsalFolder(options.directory);
      const make = (fault: unknown) => ask(folder(), "POST", "fault", fault);
      if (options.list !== undefined) {
        const cloud = options.list === true ? undefined : options.list;
        return print(options.json ? toJson(listedFaults(cloud)) : faultList(cloud));
      }
      if ([json, options.file, options.clear].filter((one) => one !== undefined).length !== 1)
        throw new Error("one of these: a fault as JSON, --file, --list, --clear");
      if (options.clear) for (const cloud of Object.keys(CATALOGUE)) await make({ cloud, kind: "clear" });
      if (json !== undefined) return print(toJson(await make(readFault(json))));
      if (options.file !== undefined)
        for (const fault of readFaultFile(options.file)) print(toJson(await make(fault)));
    });

  command(
    "replay <transcript>",
    "send a transcript to stand-in clouds of its own, and print where they answer differently",
  )
    .addOption(pace().default(0))
    .option("--json", "as one JSON object")
    .addHelpText("after", "\nExit codes: 0 the same, 1 they differ, or it cannot be read; 2 wrong usage.")
    .action(async (file: string, options: Common) => {
      const { exchanges, unreadable } = readTranscript(file);
      const result = await replay(exchanges, options.pace);
      print(
        options.json ? toJson({ schemaVersion: 1, ...result, unreadable }) : renderReplay(result, unreadable),
      );
      if (result.differences.length > 0) exitWith(1);
    });

  command("account <name>", "add an AWS account and print its keys").action(
    async (name: string, options: Common) => {
      const account = await ask(rehearsalFolder(options.directory), "POST", "fault", {
        cloud: "aws",
        kind: "account",
        name,
      });
      print(toJson(account));
    },
  );
  return program;
}

/** From the running server, else from the state in the folder. */
async function inventory(folder: string): Promise<InventoryItem[]> {
  if (await isRunning(folder)) return (await ask(folder, "GET", "inventory")) as InventoryItem[];
  if (!fs.existsSync(folder)) return [];
  const rehearsal = await startRehearsal({ folder, pace: 1 });
  try {
    return await rehearsal.inventory();
  } finally {
    await rehearsal.stop();
  }
}

function readPace(text: string): Pace {
  const pace = parsePace(text);
  if (pace === undefined)
    throw new InvalidArgumentError("'recorded', or a number from 0 (no delays) to 1000");
  return pace;
}

function readFault(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`the fault is not JSON: ${(error as Error).message}`);
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
