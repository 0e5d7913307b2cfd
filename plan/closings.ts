/**
 * Places that an earlier `up` failed to close: their closings keep this in the state, and retry at every `up`.
 * First-time closings are reported by the releases and by the sharing.
 */
import { type BegunClosings, inDoubt, keyOf } from "../config/begun";
import { textsIn } from "../config/access";
import { type RemovedPlaces, triedNow } from "../config/removed";
import { CLOSING_READERS } from "../config/sections";
import { CLOUD_STATEMENTS } from "./clouds";
import type { Step } from "./preview";
import { about, HARM, INTERNAL } from "./interpret";
import type { Statement } from "./statement";
import type { Subject } from "./subject";

const LIFECYCLE = "imprimatur:index:Lifecycle";
const REMOVAL = "imprimatur:index:RemovalClosing";

/** The object that a closing closes, in plain words. */
const OBJECTS: Readonly<Record<string, string>> = Object.assign(
  {},
  ...Object.values(CLOUD_STATEMENTS).map(({ closes }) => closes),
) as Record<string, string>;

export function closingFacts(steps: readonly Step[], subjectOf: (step: Step) => Subject): Statement[] {
  const begun = steps.find(({ type }) => type === LIFECYCLE)?.kept?.begun as BegunClosings | undefined;
  const removal = steps.find(({ type }) => type === REMOVAL);
  return steps.flatMap((step): Statement[] => {
    const wantedBy = CLOSING_READERS[step.type];
    if (wantedBy === undefined) return [];
    const open = leftOpen(step, begun, removal);
    const wanted = step.op === "delete" ? [] : wantedBy(step.now ?? {});
    const fact = { ...about(subjectOf(step)), object: OBJECTS[step.type] ?? step.type, count: 1 };
    const toClose = open.filter((one) => !wanted.includes(one));
    if (toClose.length > 0)
      return toClose.map((grantee) => ({ kind: "close-again", ...fact, grantees: [grantee], ...HARM }));
    return open.map((grantee) => ({ kind: "stay-open", ...fact, grantees: [grantee], ...INTERNAL }));
  });
}

/** Grantees, certain or possible, that an earlier `up` failed to remove. */
function leftOpen(
  step: Step,
  begun: BegunClosings | undefined,
  removal: Step | undefined,
): readonly string[] {
  const { kept = {} } = step;
  const key = keyOf(step);
  if (kept.open) return textsIn(kept.openFor);
  // A killed engine records only that it began.
  const inDoubtNow = () => (typeof kept.closings === "number" ? inDoubt(begun, key, kept.closings) : []);
  if (step.op !== "delete") return inDoubtNow();
  // A removed place is closed by another resource, which is not listed once it has nothing to close.
  const place = ((removal?.now?.places ?? {}) as RemovedPlaces)[key];
  if (place === undefined) return [];
  const tried = triedNow({ inputs: removal?.old, outputs: removal?.kept })[key];
  if (tried?.closings !== place.closings) return inDoubtNow();
  return tried.open ? place.from : [];
}
