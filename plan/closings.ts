/**
 * What an earlier `up` was to close and did not: its closings keep that in the state, and try again whenever they are looked at.
 * What is closed for the first time is told by the releases and by the sharing.
 */
import { type BegunClosings, inDoubt, keyOf } from "../config/begun";
import { textsIn } from "../config/access";
import type { RemovedPlaces } from "../config/removed";
import { CLOUD_CLOSINGS } from "../config/stack";
import type { Step } from "./preview";
import { about, HARM, INTERNAL } from "./interpret";
import type { Statement } from "./statement";
import type { Subject } from "./subject";

const LIFECYCLE = "imprimatur:index:Lifecycle";
const REMOVAL = "imprimatur:index:RemovalClosing";

/** What a closing closes, as people call it. */
const OBJECTS: Readonly<Record<string, string>> = {
  "imprimatur:aws:ImageClosing": "image",
  "imprimatur:gcp:ImageClosing": "image",
  "imprimatur:azure:VersionClosing": "gallery version",
  "imprimatur:azure:GalleryClosing": "gallery",
};

export function closingFacts(steps: readonly Step[], subjectOf: (step: Step) => Subject): Statement[] {
  const begun = steps.find(({ type }) => type === LIFECYCLE)?.kept?.begun as BegunClosings | undefined;
  const removal = steps.find(({ type }) => type === REMOVAL);
  return steps.flatMap((step): Statement[] => {
    const wantedBy = CLOUD_CLOSINGS[step.type];
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

/** For whom it is open, or may be, though an earlier `up` was to take it from them. */
function leftOpen(
  step: Step,
  begun: BegunClosings | undefined,
  removal: Step | undefined,
): readonly string[] {
  const { kept = {} } = step;
  const key = keyOf(step);
  if (kept.open) return textsIn(kept.openFor);
  // An engine that was killed keeps no more than that it had begun.
  const inDoubtNow = () => (typeof kept.closings === "number" ? inDoubt(begun, key, kept.closings) : []);
  if (step.op !== "delete") return inDoubtNow();
  // What goes is closed by another resource, which is not listed once it has nothing to close.
  const place = ((removal?.now?.places ?? {}) as RemovedPlaces)[key];
  if (place === undefined) return [];
  const tried = (removal?.kept?.tried as Tried | undefined)?.[key];
  if (tried?.closings !== place.closings) return inDoubtNow();
  return tried.open ? place.from : [];
}

/** As `provider/removal-closing.ts` keeps it. */
type Tried = Readonly<Record<string, { readonly closings?: unknown; readonly open?: unknown }>>;
