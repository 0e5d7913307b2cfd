/** Places that the last `up` failed to close, by the state alone. Pure. */
import { type BegunClosings, inDoubt, keyOf } from "./begun";
import { textsIn } from "./access";
import { type Tried, triedNow } from "./removed";
import type { StateResource } from "./state-resource";

const LIFECYCLE = "imprimatur:index:Lifecycle";
const REMOVAL = "imprimatur:index:RemovalClosing";
const CLOSING = /^imprimatur:\w+:\w+Closing$/;

type Kept = StateResource & { readonly id?: string; readonly inputs?: Readonly<Record<string, unknown>> };

/** A line for each place: what its closing said, or that it was begun and nobody knows how it ended. */
export function openIn(resources: readonly Kept[]): string[] {
  const only = (wanted: string) => resources.find(({ type }) => type === wanted);
  const begun = only(LIFECYCLE)?.outputs.begun as BegunClosings | undefined;
  const tried = triedNow(only(REMOVAL) ?? {});
  return resources
    .filter(({ type }) => CLOSING.test(type))
    .flatMap((closing) => [...textsIn([closing.outputs.open].flat()), ...doubtsOf(closing, begun, tried)])
    .filter(Boolean);
}

/** @param tried what the closing of removed places has seen to the end */
function doubtsOf(
  { type, name, id, outputs: { closings } }: Kept,
  begun: BegunClosings | undefined,
  tried: Readonly<Record<string, Tried>>,
): string[] {
  const key = keyOf({ type, name });
  const from =
    typeof closings === "number" && tried[key]?.closings !== closings ? inDoubt(begun, key, closings) : [];
  if (from.length === 0) return [];
  const who = from.map((one) => (one === "public" ? "everyone" : one)).join(", ");
  // The engine tells a program no ids.
  const place = id?.replace(/\/closing$/, "") ?? name;
  return [
    `${place} is perhaps still open for ${who}: nobody knows how its closing ended; \`imprimatur up\` tries again`,
  ];
}
