import { nameOf, type SignedRecord, versionOf } from "../trust/records";
import type { CatalogueRelease } from "./model";
import type { StackFacts } from "./stack-facts";

type StateFacts = Pick<
  CatalogueRelease,
  "state" | "stateFrom" | "withdrawnOn" | "reason" | "deprecateOn" | "endOfLife" | "isOver"
>;

/**
 * The state of a release. A signed notice of withdrawal is stronger than the stack's state, which nobody signs.
 *
 * @param stack the product's own; `undefined`: not known
 * @returns `undefined` for a staged release, which is nobody's but the publisher's
 */
export function stateOf(
  record: SignedRecord,
  stack: StackFacts | undefined,
  now: Date,
): StateFacts | undefined {
  const entry = stack?.ledger[versionOf(record)];
  const { withdrawal } = record;
  const dates = {
    ...(entry?.deprecateOn !== undefined && { deprecateOn: entry.deprecateOn }),
    ...(entry?.endOfLife !== undefined && { endOfLife: entry.endOfLife }),
    isOver: entry?.endOfLife !== undefined && Date.parse(entry.endOfLife) <= now.getTime(),
  };
  if (withdrawal !== undefined) {
    const { withdrawnOn, reason } = withdrawal.predicate;
    return {
      ...{ state: "withdrawn", stateFrom: "notice", withdrawnOn, ...dates },
      reason,
    };
  }
  if (stack === undefined) return { state: "recorded", stateFrom: "record", isOver: false };
  if (entry === undefined) return { state: "deleted", stateFrom: "stack", isOver: false };
  if (entry.state === "staged") return undefined;
  return {
    ...{ state: entry.state, stateFrom: "stack", ...dates },
    reason: entry.reason,
  };
}

/** The stack that publishes the record's product. */
export function stackOf(record: SignedRecord, stacks: readonly StackFacts[]): StackFacts | undefined {
  const { product } = nameOf(record);
  return stacks.find((stack) => stack.product === product);
}
