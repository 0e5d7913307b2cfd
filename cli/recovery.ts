import path from "node:path";
import { Deployment, type PendingOperation } from "../audit/deployment";
import {
  droppedCreations,
  forgottenCreations,
  type PlannedStep,
  unmarkedCreations,
} from "../audit/recover/unmarked";
import { accountsOf, findRemnant, idsOf, leavesRemnants } from "../audit/recover/remnants";
import type { Creation, Recovery } from "../audit/recover/remnant";
import { ASKING } from "../clouds/ask-rights";
import { CloudFailure } from "../clouds/failure";
import { writeWhole } from "../clouds/write-whole";
import { ownerName } from "../facts/tags";
import { askEngine, NoSuchStack } from "./engine";
import { freeStack, type RecoveryOptions, refuseHeld, say } from "./free-stack";
import { onInterrupt } from "./interrupt";
import type { Io } from "./io";
import { projectName } from "./backend-folder";
import { isBehind } from "./restore-state";
import { Refusal } from "./problem";
import { withPrivateFolder } from "./saved-plan";
import { startWaiting } from "./waiting";

/**
 * Cleans up after an interrupted update, with a line for each action. Otherwise it changes and prints nothing.
 *
 * @throws {HeldByOther} when someone else updates the stack
 * @throws {Refusal} when a cloud cannot be queried, or a blocking object is not this stack's to delete
 */
export async function recover(options: RecoveryOptions, io: Io): Promise<void> {
  await freeStack(options, io);
  await finishPending(options.stack, "up", io);
}

/**
 * Handles leftovers of interrupted operations and clears these from the state.
 *
 * @param next the stack's next operation
 * @param planned the engine's planned steps, if known
 * @throws {HeldByOther} when someone else updates the stack
 * @throws {Refusal} when a cloud cannot be queried, or a blocking object is not this stack's to delete
 */
export async function finishPending(
  stack: string,
  next: Recovery["next"],
  io: Io,
  planned: readonly PlannedStep[] = [],
): Promise<void> {
  const exported = await exportOf(stack);
  if (exported === undefined) return;
  const deployment = Deployment.parse(exported);
  const marked = creationsIn(deployment);
  const isMarked = ({ urn }: Creation) => marked.some((each) => each.urn === urn);
  const isPossible = (await isBehind(stack)) ? leavesRemnants : undefined;
  const lost = next === "gone" ? droppedCreations(deployment) : [];
  const unmarked = [...unmarkedCreations(planned, deployment, isPossible), ...lost].filter(
    (each) => !isMarked(each),
  );
  const forgotten = isPossible
    ? []
    : forgottenCreations(planned, deployment).filter((each) => !isMarked(each));
  const creations = [...marked, ...unmarked, ...forgotten];
  if (creations.length + deployment.pending.length === 0) return;
  // Time has passed with a preview and a confirmation: operations pending now may be someone else's.
  await refuseHeld(stack);
  const isForgotten = ({ urn }: Creation) => forgotten.some((each) => each.urn === urn);
  await clearTheWay({ stack, deployment, creations, isMarked, isForgotten, next }, io);
  if (deployment.pending.length === 0) return;
  for (const each of deployment.pending) {
    if (each.type !== "creating" || !leavesRemnants(each)) say(io, whatHappensTo(each));
  }
  await withPrivateFolder(async (folder) => {
    const file = path.join(folder, "state.json");
    writeWhole(file, withoutPending(exported), 0o600);
    await askEngine(["stack", "import", "--stack", stack, "--file", file]);
  });
  say(io, `${stack}: no operation is pending any more`);
}

interface Way {
  readonly stack: string;
  readonly deployment: Deployment;
  readonly creations: readonly Creation[];
  /** The engine recorded the interruption. */
  readonly isMarked: (creation: Creation) => boolean;
  /** Nothing records that it began. */
  readonly isForgotten: (creation: Creation) => boolean;
  readonly next: Recovery["next"];
}

/**
 * Removes objects that interrupted creations left under the names they need.
 *
 * @throws {Refusal} with a line for each that cannot be removed
 */
async function clearTheWay(
  { stack, deployment, creations, isMarked, isForgotten, next }: Way,
  io: Io,
): Promise<void> {
  if (creations.length === 0) return;
  // Without identity tags in the state no object can be matched: whatever is found stays, and is reported.
  const product = deployment.identity?.product ?? "";
  const accounts = await accountsOf(creations, deployment);
  const problems: string[] = [];
  await onInterrupt(async (signal) => {
    const waiting = startWaiting(io, "looking for what an interrupted run may have left");
    const recovery: Recovery = {
      next,
      owner: { stack: ownerName(projectName() ?? "", stack), product },
      ids: idsOf(deployment),
      accounts,
      signal,
      status: waiting.status,
    };
    try {
      for (const creation of creations) {
        const problem = isForgotten(creation)
          ? await clearForgotten(creation, recovery, io)
          : await clearOne(creation, isMarked(creation), recovery, io);
        if (problem !== undefined) problems.push(problem);
      }
    } finally {
      waiting.end();
    }
  });
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
}

/** @returns the reason why the name is still taken */
async function clearOne(
  creation: Creation,
  isMarked: boolean,
  recovery: Recovery,
  io: Io,
): Promise<string | undefined> {
  const begun = `${show(creation)}: its creation was interrupted`;
  try {
    recovery.status(`${show(creation)}: looking for what was made`);
    const remnant = await findRemnant(creation, recovery);
    if (remnant === undefined) {
      if (isMarked) say(io, `${begun}, and left nothing in the way`);
      return undefined;
    }
    const { what, kept, done } = remnant;
    if (kept !== undefined)
      return `${begun}, and ${what} has its name and stays: ${kept}. Look at it and delete it, or change the name.`;
    await remnant.resolve();
    return void say(io, `${begun}; ${what} was left, and is ${done}`);
  } catch (error) {
    if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
    return `${begun}, and it is not known what it left: ${error.message}. Run the same command again.`;
  }
}

/** A cloud that cannot be queried will also fail the `up`; this stops nothing. */
async function clearForgotten(creation: Creation, recovery: Recovery, io: Io): Promise<string | undefined> {
  try {
    if ((await findRemnant(creation, { ...recovery, policy: ASKING })) === undefined) return undefined;
  } catch (error) {
    if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
    return undefined;
  }
  return clearOne(creation, false, recovery, io);
}

function creationsIn({ pending }: Deployment): PendingOperation[] {
  const creations = pending.filter((each) => each.type === "creating" && leavesRemnants(each));
  // A creation may be pending from several runs.
  return [...new Map(creations.map((each) => [each.urn, each])).values()].sort(
    (a, b) => depthOf(b) - depthOf(a),
  );
}

/** Content comes before its container: version, definition, gallery, resource group. */
function depthOf({ inputs }: Creation): number {
  return Object.keys(inputs).filter((key) => /^(gallery.*|resourceGroup|disk)Name$/.test(key)).length;
}

function whatHappensTo(operation: PendingOperation): string {
  const { type } = operation;
  const next =
    type === "creating"
      ? "it is taken up again where it was"
      : type === "deleting"
        ? "it is deleted again, and what is gone already is fine"
        : "it is done again";
  return `${show(operation)}: it was ${type} when that was interrupted; ${next}`;
}

/** `undefined`: the stack does not exist (yet). */
async function exportOf(stack: string): Promise<string | undefined> {
  try {
    return await askEngine(["stack", "export", "--stack", stack]);
  } catch (error) {
    if (error instanceof NoSuchStack) return undefined;
    throw error;
  }
}

/** The exported state without pending operations, secrets still encrypted. */
export function withoutPending(exported: string): string {
  const state = JSON.parse(exported) as { deployment: Record<string, unknown> };
  delete state.deployment.pending_operations;
  return JSON.stringify(state);
}

function show({ urn, resourceType }: Creation): string {
  return `${urn.slice(urn.lastIndexOf("::") + 2)} (${resourceType.slice(resourceType.lastIndexOf(":") + 1)})`;
}
