import { Command } from "commander";
import { CLOUD_LABELS, type Cloud, CLOUDS } from "../facts/clouds";
import { ownerName } from "../facts/tags";
import { listWords } from "../facts/words";
import { projectName } from "./backend-folder";
import type { Checks } from "./doctor/check";
import { checkClouds } from "./doctor/clouds";
import { checkDisks, checkEngine, checkNode, checkPlugins } from "./doctor/machine";
import { planNextRelease } from "./doctor/next-release";
import { renderChecks } from "./doctor/render";
import { checkKey } from "./doctor/signing-key";
import { checkState } from "./doctor/state";
import { onInterrupt } from "./interrupt";
import { EXIT, type Io } from "./io";
import { readStackFile, type StackFile, stackNamed } from "./stack";
import { startWaiting } from "./waiting";

interface Options {
  stack?: string;
  json?: boolean;
}

const HELP = `
Looks at everything that an up needs, and changes nothing: this machine, the engine, where the state is kept and whether its
secrets can be written, the release key, and for each cloud of the stack file who publishes (as this provider and
as Pulumi's own would), what they may not do, and what the cloud would refuse the next release: regions that were not
opted in to, quotas, block public access, names. One cloud that does not answer hides no other; each is given a minute.

--json prints {"schemaVersion": 1, "stack", "checks": [{"area", "check", "state", "message"}]}, with state ok, warning,
problem or skipped.

Exit codes: 0 nothing is in the way, 1 a problem, 2 wrong usage.`;

/** `imprimatur doctor`: the preflights, and what they cannot see, before anything is begun. */
export function command(io: Io): Command {
  return new Command("doctor")
    .description("Says whether an up could work: machine, state, keys, and each cloud, with cures.")
    .option("--stack <name>", "default: the selected one")
    .option("--json", "print the checks as JSON")
    .addHelpText("after", HELP)
    .action((options: Options) => run(options, io));
}

async function run({ stack: given, json }: Options, io: Io): Promise<void> {
  const stack = await stackNamed(given);
  const file = readStackFile(stack);
  const checks = await onInterrupt((signal) => examine(file, signal, io));
  io.out(
    json ? `${JSON.stringify({ schemaVersion: 1, stack, checks }, null, 2)}\n` : renderChecks(stack, checks),
  );
  if (checks.some(({ state }) => state === "problem")) io.exitWith(EXIT.problem);
}

async function examine(file: StackFile, signal: AbortSignal, io: Io): Promise<Checks> {
  const { stack, config } = file;
  const project = projectName() ?? "";
  const clouds = CLOUDS.filter((cloud) => config[cloud] !== undefined);
  const asked = new Set<Cloud>(clouds);
  const waiting = startWaiting(io, "asking the engine");
  try {
    const plan = planNextRelease(file, ownerName(project, stack));
    const ofClouds = checkClouds(plan, { project, stack, signal }, (cloud) => {
      asked.delete(cloud);
      waiting.status(asked.size === 0 ? "" : waitingFor(asked));
    });
    // A failure here is thrown below, once the engine has answered.
    ofClouds.catch(() => undefined);
    const engine = await checkEngine();
    const state = engine.hasEngine ? await checkState(stack, file.file) : { checks: [] };
    const plugins = engine.hasEngine ? await checkPlugins(clouds) : [];
    const key = await checkKey(file, "state" in state ? state.state : undefined, signal);
    if (asked.size > 0) waiting.status(waitingFor(asked));
    return [
      ...checkNode(),
      ...engine.checks,
      ...plugins,
      ...checkDisks(file),
      ...state.checks,
      ...key,
      ...(await ofClouds),
    ];
  } finally {
    waiting.end();
  }
}

function waitingFor(clouds: ReadonlySet<Cloud>): string {
  return `waiting for ${listWords([...clouds].map((cloud) => CLOUD_LABELS[cloud]))}, each for a minute at most`;
}
