/**
 * A state that is complete, and that the engine refuses: a resource that names one which is missing or comes later, as
 * after a fault of the engine, an edit by hand or `pulumi state` commands that were interrupted. `pulumi state repair`
 * reorders resources and drops references to missing ones, and keeps every resource (`Snapshot.Repair` of
 * pkg/resource/deploy/snapshot.go, 3.259). What it cannot mend, an older copy replaces. In both cases the next `up` looks
 * for what the clouds have more, if the state is a file of this machine, which can be marked.
 */
import { readFileSync, statSync } from "node:fs";
import { brokenStateSaid, runEngine } from "./engine";
import { Refusal } from "./problem";
import { markBehind, putState, stateFileOf, wholeCopiesOf } from "./restore-state";

export interface RepairedState {
  /** In the engine's words. */
  readonly broken: string;
  /** The copy that is the state now; absent: the state itself was mended. */
  readonly from?: string;
  /** RFC 3339: modification time of that copy. */
  readonly writtenAt?: string;
  /** The state is marked as older than the clouds, so that the next `up` looks for what they have more. */
  readonly isMarked: boolean;
}

/**
 * Mends a state that the engine refuses.
 *
 * @returns `undefined`: the engine accepts it
 * @throws {Refusal} when nothing helps; the state is then as before, and marked as older than the clouds
 * @throws {UnwritableFile} when the disk is full
 */
export async function repairState(stack: string): Promise<RepairedState | undefined> {
  const broken = await refusalOf(stack);
  if (broken === undefined) return undefined;
  const file = await stateFileOf(stack);
  if (file !== undefined) markBehind(file, statSync(file).mtime.toISOString());
  const { status } = await runEngine(["state", "repair", "--yes", "--stack", stack, "--non-interactive"]);
  const isMarked = file !== undefined;
  if (status === 0 && (await refusalOf(stack)) === undefined) return { broken, isMarked };
  const copy = file === undefined ? undefined : await putCopyThatHolds(stack, file);
  if (copy !== undefined) return { broken, isMarked, ...copy };
  const older =
    file === undefined
      ? `import an older one: \`pulumi stack history\` lists them, \`pulumi stack export --version <n>\` writes one (a bucket has it ` +
        `beside the state, as ${stack}.json.bak), and \`pulumi stack import\` puts it back`
      : `put one back from a backup of your own in place of ${file}. The next up finds what the clouds have more`;
  throw new Refusal(
    `${stack}: the state is broken: ${broken}; \`pulumi state repair\` cannot mend it, and no copy is sound: ${older}. ` +
      "imprimatur sweep lists what the stack has in the clouds without a state",
  );
}

/** The newest copy that the engine accepts becomes the state. */
async function putCopyThatHolds(
  stack: string,
  file: string,
): Promise<{ from: string; writtenAt: string } | undefined> {
  const before = readFileSync(file);
  for (const from of await wholeCopiesOf(stack, file)) {
    const writtenAt = statSync(from).mtime.toISOString();
    putState(file, readFileSync(from));
    if ((await refusalOf(stack)) === undefined) return { from, writtenAt };
  }
  putState(file, before);
  return undefined;
}

/** The engine checks a state whenever it shows a stack; `stack export` does not. */
async function refusalOf(stack: string): Promise<string | undefined> {
  const { status, stderr } = await runEngine(["stack", "--stack", stack, "--non-interactive"]);
  return status === 0 ? undefined : brokenStateSaid(stderr);
}
