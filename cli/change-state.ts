/** Common part of `withdraw`, `publish`, `deprecate` and `stage`: edit the stack file, run the engine. */
import { Command } from "commander";
import { applyProposals, type Edit, EditProblem } from "../config/edit";
import type { ReleaseState } from "../config/release";
import { readText } from "../facts/read-file";
import { carryOut, type Outcome } from "./carry-out";
import type { Io } from "./io";
import { HeldByOther, Refusal, UsageProblem } from "./problem";
import { isUnattended, namedChanges } from "./publication";
import { repeated } from "./repeated";
import { freeStack } from "./free-stack";
import { readStackFile, stackNamed } from "./stack";
import { writeFileAtomically } from "./write-file";

export interface StateOptions {
  stack?: string;
  allow: string[];
  reason?: string;
  endUpdate?: boolean;
  yes?: boolean;
  ci?: boolean;
}

export interface StateChange {
  readonly to: ReleaseState;
  readonly description: string;
  readonly help: string;
  /** True if a failed resource does not stop the others. */
  readonly goOn?: boolean;
  /** True if a reason is required. */
  readonly needsReason?: boolean;
}

interface Changed {
  readonly outcome: Outcome;
  /** Time of the confirmation, milliseconds since 1970. */
  readonly begunAt: number;
}

/** @param then handles the outcome; default: a failed `up` fails the command */
export function stateCommand(
  name: string,
  change: StateChange,
  io: Io,
  run: (version: string, options: StateOptions) => Promise<void> = async (version, options) =>
    refuseFailure(await changeState(version, options, change, io)),
): Command {
  const command = new Command(name)
    .description(change.description)
    .argument("<version>", "the release, as 20261120.0")
    .option("--stack <name>", "default: the selected one")
    .option(
      "--allow <change>",
      "a guarded change that is meant, as make-public or make-public:20261120.0; may be repeated",
      repeated,
      [],
    )
    .option("--end-update", "end the update that holds the stack, also another's")
    .option("--yes", "do not ask")
    .option("--ci", "never ask; default where CI is set")
    .addHelpText("after", change.help);
  const reason = "why; it is kept on the release's line, and in the state";
  if (change.needsReason) command.requiredOption("--reason <text>", reason);
  else command.option("--reason <text>", reason);
  return command.action(run);
}

/** Edits the stack file, shows the effect, and applies it once confirmed; otherwise the file is restored. */
export async function changeState(
  version: string,
  options: StateOptions,
  { to, goOn = false }: StateChange,
  io: Io,
): Promise<Changed> {
  const allow = namedChanges(options.allow);
  const stack = await stackNamed(options.stack);
  const ask = isUnattended(options.ci) ? undefined : io.ask;
  if (ask === undefined && !options.yes) throw new UsageProblem("there is nobody to ask: add --yes");
  const { file, text, edited } = editedFile(stack, version, to, options.reason);
  await freeStack({ stack, endUpdate: options.endUpdate, ...(ask && { ask }) }, io);
  if (edited !== text) await writeFileAtomically(file, edited);
  const restore = async () => {
    // Concurrent edits are kept.
    if (edited !== text && readText(file) === edited) await writeFileAtomically(file, text);
  };
  const yes = options.yes ?? false;
  let begunAt: number | undefined;
  const beginning = () => (begunAt = Date.now());
  const change = { stack, refresh: false, allow, ask, yes, goOn, beginning };
  const outcome = await carryOut(change, io).catch(async (error: unknown) => {
    if (begunAt === undefined || error instanceof HeldByOther) await restore();
    throw error;
  });
  if (outcome === "refused") await restore();
  else if (edited !== text) io.err(`${file} says so now: ${version} is ${to}\n`);
  return { outcome, begunAt: begunAt ?? Date.now() };
}

/** @throws {Refusal} when the engine's `up` failed */
function refuseFailure({ outcome }: Changed): void {
  if (typeof outcome !== "object" || outcome.status === 0) return;
  throw new Refusal(
    `pulumi up ended with exit ${outcome.status}; what it said is above. The same command again goes on`,
  );
}

function editedFile(
  stack: string,
  version: string,
  to: ReleaseState,
  reason: string | undefined,
): { file: string; text: string; edited: string } {
  const { file, text, config } = readStackFile(stack);
  const release = config.releases.find((release) => release.version === version);
  if (release === undefined) {
    const known = config.releases.map((release) => release.version).join(", ");
    throw new UsageProblem(`${file}: there is no release ${version}; it has ${known || "none"}`);
  }
  const edit: Edit = { version, to, dates: { ...(reason !== undefined && { reason }) } };
  if (release.state === to && (reason === undefined || release.reason === reason))
    return { file, text, edited: text };
  try {
    return { file, text, edited: applyProposals(text, [edit]) };
  } catch (error) {
    if (error instanceof EditProblem) throw new Refusal(`${file}: ${error.message}`);
    throw error;
  }
}
