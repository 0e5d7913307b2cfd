/** What the last `up` was to close and did not, by the state alone. Pure. */
import { type BegunClosings, inDoubt, keyOf } from "./begun";
import { textsIn } from "./access";
import type { StateResource } from "./state-resource";

const LIFECYCLE = "imprimatur:index:Lifecycle";
const REMOVAL = "imprimatur:index:RemovalClosing";
const CLOSING = /^imprimatur:\w+:\w+Closing$/;

type Tried = Readonly<Record<string, { closings?: unknown }>>;

/** A line for each place: what its closing said, or that it was begun and nobody knows how it ended. */
export function openIn(resources: readonly (StateResource & { readonly id?: string })[]): string[] {
  const outputsOf = (type: string) => resources.find((each) => each.type === type)?.outputs;
  const begun = outputsOf(LIFECYCLE)?.begun as BegunClosings | undefined;
  const tried = (outputsOf(REMOVAL)?.tried ?? {}) as Tried;
  return resources
    .filter(({ type }) => CLOSING.test(type))
    .flatMap((closing) => [...textsIn([closing.outputs.open].flat()), ...doubtsOf(closing, begun, tried)])
    .filter(Boolean);
}

/** @param tried what the closing of removed places has seen to the end, as `provider/removal-closing.ts` keeps it */
function doubtsOf(
  { type, name, id, outputs: { closings } }: StateResource & { readonly id?: string },
  begun: BegunClosings | undefined,
  tried: Tried,
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
