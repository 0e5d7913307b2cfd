/** A reading command's note about somebody else's update, whose state is half written. */
import type { PendingOperation } from "../audit/deployment";
import { describeHolder, ownerStatus } from "./holder";
import type { Io } from "./io";
import { type Holder, holdersSeen } from "./lock";
import { HeldByOther } from "./problem";

/**
 * Says that the stack is being updated, or that an update was interrupted; nothing where neither is known.
 *
 * @param meaning what that means for the answer of this command: while it goes on, and once it was interrupted
 * @param pending of the state, where it was read: the one sign of an update in a bucket, see {@link holdersSeen}
 * @param seen holders of the lock, if they were just asked for
 */
export async function noteUpdate(
  stack: string,
  meaning: { readonly now: string; readonly left?: string },
  io: Io,
  pending: readonly PendingOperation[] = [],
  seen?: readonly Holder[],
): Promise<void> {
  const holders = seen ?? (await holdersSeen(stack));
  const working = holders.find(isWorking);
  if (working) return io.err(`imprimatur: ${describeUpdate(stack, working)}: ${meaning.now}\n`);
  const [first] = pending;
  if (holders.length > 0)
    io.err(
      `imprimatur: the update of ${stack} by ${describeHolder(holders[0]!)} was interrupted: ` +
        `${meaning.left === undefined ? "" : `${meaning.left}; `}imprimatur up goes on\n`,
    );
  else if (first)
    io.err(
      `imprimatur: an update of ${stack} is under way, or was interrupted, while it was ${first.type} ` +
        `${first.urn.slice(first.urn.lastIndexOf("::") + 2)}: ${meaning.left ?? meaning.now}; if nobody is updating it, imprimatur up goes on\n`,
    );
}

/**
 * Refuses while the stack is being updated.
 *
 * @param why the answer would be wrong then
 * @returns holders of a lock that is left of an update which is over
 * @throws {HeldByOther} when it is
 */
export async function refuseDuringUpdate(stack: string, why: string): Promise<readonly Holder[]> {
  const holders = await holdersSeen(stack);
  const working = holders.find(isWorking);
  if (working) throw new HeldByOther(`${describeUpdate(stack, working)}, and ${why}. Wait for its end`);
  return holders;
}

function isWorking(holder: Holder): boolean {
  return ownerStatus(holder) !== "gone";
}

function describeUpdate(stack: string, holder: Holder): string {
  return `${stack} is being updated by ${describeHolder(holder)}`;
}
