import { Command } from "commander";
import { auditStack } from "../audit/audit";
import { CLOUD_AUDITS } from "../audit/clouds";
import { Deployment } from "../audit/deployment";
import { auditJson, renderAudit, type Verdict, verdictOf } from "../audit/report";
import { splitList } from "../facts/words";
import { askEngine } from "./engine";
import { onInterrupt } from "./interrupt";
import { EXIT, type ExitCode, type Io } from "./io";
import { HeldByOther } from "./problem";
import { stackNamed } from "./stack";
import { noteUpdate, refuseDuringUpdate } from "./update-note";
import { LOOKUP } from "../clouds/retry";
import { timeOfEachCall, whileWaiting } from "./waiting";

interface Options {
  stack?: string;
  regions?: string;
  json?: boolean;
}

const HELP = `
The state of the stack is what the last 'pulumi up' made true. The audit asks the clouds for all of it, and for what bears
the stack's tags and is not in it; the program is not run and nothing is changed.

To look through the eyes of somebody else too, give it a second account that has nothing to do with the publisher:
${Object.values(CLOUD_AUDITS)
  .map(({ strangerVariables }) => `  ${strangerVariables.join(", ")}`)
  .join("\n")}
A rehearsal sets them.

Exit codes: 0 nothing differs, 1 something could not be asked, 2 wrong usage, 3 it differs and 'pulumi up --refresh' repairs
all of it, 4 it differs and some of it needs somebody, 14 somebody is updating the stack: the audit would take that for drift.`;

const CODES: Readonly<Record<Verdict, ExitCode>> = {
  same: EXIT.ok,
  unasked: EXIT.problem,
  drift: EXIT.drift,
  "lasting-drift": EXIT.lastingDrift,
};

export function command(io: Io): Command {
  return new Command("audit")
    .description("Says what changed in the clouds behind the stack's back, also as a stranger sees it.")
    .option("--stack <name>", "stack to audit; default: the selected one")
    .option("--regions <list>", "AWS regions to search for unknown images, separated by commas; default: all")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      io.exitWith(await audit(options, io));
    });
}

const DRIFT = "what it is making now would be told as drift";

async function audit({ stack: given, regions, json }: Options, io: Io): Promise<ExitCode> {
  const named = given === undefined ? [] : ["--stack", given];
  const stack = await stackNamed(given);
  const left = await refuseDuringUpdate(stack, DRIFT);
  const exported = await askEngine(["stack", "export", ...named]);
  const deployment = Deployment.parse(exported);
  await noteUpdate(
    stack,
    { now: DRIFT, left: "what it left is told as drift" },
    io,
    deployment.pending,
    left,
  );
  const options = regions === undefined ? {} : { regions: splitList(regions) };
  const result = await whileWaiting(
    io,
    `asking the clouds what they hold; ${timeOfEachCall(LOOKUP)}`,
    (waiting) =>
      onInterrupt((signal) =>
        auditStack(deployment, {
          options,
          signal,
          onDelay: (line) => io.err(`${line}\n`),
          onLook: waiting.detail,
        }),
      ),
  );
  // The clouds are asked for minutes.
  await refuseDuringUpdate(stack, DRIFT);
  if ((await askEngine(["stack", "export", ...named])) !== exported)
    throw new HeldByOther(
      `${stack}: an update changed its state while the clouds were asked, and what it made would be told as drift. Run the same command again`,
    );
  io.out(json ? `${JSON.stringify(auditJson(stack, result), null, 2)}\n` : renderAudit(stack, result));
  return CODES[verdictOf(result)];
}
