import { Command } from "commander";
import { Deployment } from "../audit/deployment";
import type { Leftover, Owner } from "../audit/sweep/leftover";
import { renderDeleted, renderLeftovers, sweepJson } from "../audit/sweep/report";
import { deleteLeftovers, findLeftovers, searchPlacesOf } from "../audit/sweep/sweep";
import { unknownReleases } from "../audit/sweep/unknown-releases";
import { LOOKUP, PATIENT } from "../clouds/retry";
import type { StackConfig } from "../config/stack";
import { ownerName } from "../facts/tags";
import { listSome, splitList } from "../facts/words";
import { projectName } from "./backend-folder";
import { askEngine, NoSuchStack } from "./engine";
import { describeHolder, ownerStatus } from "./holder";
import { onInterrupt } from "./interrupt";
import { EXIT, type ExitCode, type Io } from "./io";
import { holdersOf } from "./lock";
import { HeldByOther, Refusal, UsageProblem } from "./problem";
import { isUnattended } from "./publication";
import { readStackFile, stackNamed } from "./stack";
import { noteUpdate } from "./update-note";
import { timeOfEachCall, whileWaiting } from "./waiting";

interface Options {
  stack?: string;
  dryRun?: boolean;
  delete?: boolean;
  lostState?: boolean;
  unfinished?: boolean;
  yes?: boolean;
  regions?: string;
  json?: boolean;
}

const HELP = `
Leftovers bear the tags of this stack and product and are not in the stack's state: what a killed 'up' had begun, what a
lost state knew, what a hand copied. A dry run is the default, and lists them with age and the storage that is billed at most.

What the state mentions is never touched, nor what another stack's tags name. Where to look comes from the state, from
stacks/Pulumi.<stack>.yaml and from the environment (ARM_SUBSCRIPTION_ID); AWS is searched in every region of the account.
A stack that is destroyed already can be swept. With --delete nobody may be updating the stack; what is found is listed, and at
a terminal you are asked before it is deleted.

An upload that the next 'imprimatur up' goes on with is listed, and deleted with --unfinished alone.

A stack of the same name in another backend bears the same tags. So releases that this state does not have are deleted with
--lost-state alone, which says that no other state has them.

Exit codes: 0 nothing is left, 1 something could not be asked or deleted, 2 wrong usage, 3 something is left,
14 somebody updates the stack.`;

export function command(io: Io): Command {
  return new Command("sweep")
    .description("Lists what bears the stack's tags and is not in its state, and deletes it on demand.")
    .option("--stack <name>", "stack whose leftovers are looked for; default: the selected one")
    .option("--dry-run", "list only; the default")
    .option("--delete", "delete what is found, images before their snapshots")
    .option("--lost-state", "with --delete: delete also what releases left that this state does not have")
    .option("--unfinished", "with --delete: delete also uploads that the next up goes on with")
    .option("--yes", "with --delete: do not ask")
    .option("--regions <list>", "AWS regions to look in, separated by commas; default: all of the account")
    .option("--json", "print what was found as JSON")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      io.exitWith(await sweep(options, io));
    });
}

/** Lists leftovers, or deletes them. */
async function sweep(options: Options, io: Io): Promise<ExitCode> {
  if (options.dryRun && options.delete)
    throw new UsageProblem("--dry-run and --delete contradict each other");
  const stack = await stackNamed(options.stack);
  for (const [flag, given] of Object.entries({
    "--lost-state": options.lostState,
    "--unfinished": options.unfinished,
    "--yes": options.yes,
  }))
    if (given && !options.delete) throw new UsageProblem(`${flag} is for --delete`);
  if (options.delete) await refuseWhileUpdated(stack);
  const exported = await stateOf(stack, options.stack);
  const deployment = Deployment.parse(exported);
  const config = configOf(stack, io);
  const owner = ownerOf(stack, deployment, config);
  // Nobody updates it where things are deleted; a reader may meet an update, in a bucket one that names nobody.
  const meaning = { now: "what it is making now looks like a leftover" };
  if (!options.delete) await noteUpdate(stack, meaning, io, deployment.pending);
  for (const { type, urn } of options.delete ? deployment.pending : []) {
    io.err(
      `An update ended while it was ${type} ${urn.slice(urn.lastIndexOf("::") + 2)}: what that made is looked for.\n`,
    );
  }
  const regions = options.regions === undefined ? undefined : splitList(options.regions);
  return onInterrupt(async (signal) => {
    const wanted = {
      deployment,
      owner,
      places: await searchPlacesOf(config ?? {}),
      options: { ...(regions && { regions }) },
      ...(config && { wanted: wantedVersions(config) }),
      signal,
      onDelay: (line: string) => io.err(`${line}\n`),
    };
    const result = await whileWaiting(
      io,
      `asking the clouds what they hold; ${timeOfEachCall(LOOKUP)}`,
      (waiting) => findLeftovers({ ...wanted, onLook: waiting.detail }),
    );
    const { unasked } = result;
    const leftovers = result.found.map(({ leftover }) => leftover);
    const progress = ({ cloud, region, object }: Leftover) =>
      io.err(`deleted ${cloud} ${region} ${object.kind} ${object.id}\n`);
    const unknown = options.lostState ? [] : unknownReleases(leftovers, deployment);
    if (unknown.length > 0 && options.delete)
      throw new Refusal(`${describeUnknown(stack, unknown)}. Nothing was deleted`);
    if (unknown.length > 0) io.err(`${describeUnknown(stack, unknown)}.\n`);
    // With incomplete answers the order of deletion is unknown.
    const deleting = options.delete === true && unasked.length === 0;
    const doomed = result.found.filter(({ leftover }) => options.unfinished || !leftover.resumable);
    const found = { stack, leftovers, looked: result.looked, unasked };
    if (deleting && doomed.length > 0) {
      if (!options.json) io.err(renderLeftovers(found, new Date(), true));
      if (!(await isConfirmed(doomed.length, options, io))) {
        io.err("Nothing was deleted.\n");
        return EXIT.problem;
      }
    }
    if (deleting) await refuseChanged(stack, options.stack, exported);
    const deletion = () => deleteLeftovers(doomed, progress);
    const done = deleting
      ? await whileWaiting(io, `waiting for deletions; ${timeOfEachCall(PATIENT)}`, deletion)
      : undefined;
    const report = { ...found, ...(done && { done }) };
    if (options.json) io.out(`${JSON.stringify(sweepJson(report), null, 2)}\n`);
    else io.out(done ? renderDeleted(report, done) : renderLeftovers(report, new Date()));
    if (unasked.length > 0 || (done && done.problems.length > 0)) return EXIT.problem;
    return done || leftovers.length === 0 ? EXIT.ok : EXIT.drift;
  });
}

/** Releases that the next `up` goes on with. */
function wantedVersions({ releases }: StackConfig): string[] {
  return releases
    .filter(({ state }) => state === "staged" || state === "published")
    .map(({ version }) => version);
}

/** Where nobody can be asked, `--delete` is the word. */
async function isConfirmed(count: number, { yes, json }: Options, { ask }: Io): Promise<boolean> {
  if (yes || json || ask === undefined || isUnattended(undefined)) return true;
  const them = count === 1 ? "it" : `these ${count} things`;
  return /^y(es)?$/i.test((await ask(`Delete ${them}? [y/N] `)).trim());
}

function describeUnknown(stack: string, releases: readonly string[]): string {
  return (
    `The state of ${stack} has nothing of ${listSome(releases)}: either a state was lost, or a stack of the same name in another backend ` +
    "publishes that. If no other state has it, `imprimatur sweep --delete --lost-state` deletes it; else give one of the two another name"
  );
}

/** A stack that was removed has no state, but its leftovers can still be swept. */
async function stateOf(stack: string, named: string | undefined): Promise<string> {
  try {
    return await askEngine(["stack", "export", ...(named === undefined ? [] : ["--stack", stack])]);
  } catch (error) {
    if (!(error instanceof NoSuchStack)) throw error;
    return '{"version": 3}';
  }
}

function configOf(stack: string, io: Io): StackConfig | undefined {
  try {
    return readStackFile(stack).config;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    io.err(`Only what the state names is looked through: ${error.message.split("\n")[0]}\n`);
    return undefined;
  }
}

function ownerOf(stack: string, deployment: Deployment, config: StackConfig | undefined): Owner {
  const product = config?.product.name ?? deployment.identity?.product;
  if (product !== undefined) return { stack: ownerName(projectName() ?? "", stack), product };
  throw new Refusal(
    `${stack}: whose leftovers? The state is empty and there is no stacks/Pulumi.${stack}.yaml to say which product; ` +
      "run this in the project's folder, with the stack file there",
  );
}

/** Objects being created by an update look like leftovers. */
async function refuseWhileUpdated(stack: string): Promise<void> {
  const [holder] = await holdersOf(stack);
  if (holder === undefined) return;
  const cure =
    ownerStatus(holder) === "gone"
      ? "that process is gone: run `imprimatur recover` (or `pulumi cancel`)"
      : "wait for its end, or if it was killed run `imprimatur recover`";
  throw new HeldByOther(
    `${stack}: an update of ${describeHolder(holder)} holds the stack, and what it is making now looks like a leftover; ${cure}`,
  );
}

/** The search takes minutes: objects of a concurrent update are not in the state it read. */
async function refuseChanged(stack: string, named: string | undefined, exported: string): Promise<void> {
  await refuseWhileUpdated(stack);
  if ((await stateOf(stack, named)) === exported) return;
  throw new HeldByOther(
    `${stack}: an update changed its state while the clouds were asked, and what it made looks like a leftover. Nothing was ` +
      "deleted; run the same command again",
  );
}
