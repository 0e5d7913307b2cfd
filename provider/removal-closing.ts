import { atMost } from "../clouds/parallel";
import type { RemovedPlace, RemovedPlaces } from "../config/removed";
import { UNKNOWN } from "../facts/engine";
import { type Call, type Properties, type ResourceHandler } from "../plugin/resource";
import { type Closer, closerOf, type ClosingKind, type ClosingTimes } from "./closing";

/** Outcome for one place: its closing count when tried, and empty or the reason why it is open. */
interface Tried {
  readonly closings: number;
  readonly open: string;
}
type AllTried = Readonly<Record<string, Tried>>;

/** Concurrent closings per area; areas are independent. */
const AT_A_TIME = 8;

type AnyKind = ClosingKind<Properties>;
type Closers = Readonly<Record<string, { readonly kind: AnyKind; readonly close: Closer }>>;

/**
 * Closes places that the program no longer wants, each by itself. Never fails, and keeps a closed place until it is
 * gone from the state.
 *
 * @param kinds by the type of their own closings
 */
export function removalClosing(
  kinds: () => Readonly<Record<string, AnyKind>>,
  times?: ClosingTimes,
): ResourceHandler {
  let made: Closers | undefined;
  const closers = () =>
    (made ??= Object.fromEntries(
      Object.entries(kinds()).map(([type, kind]) => [type, { kind, close: closerOf(kind, times) }]),
    ));
  return {
    computed: ["open", "tried"],
    diff(old, inputs) {
      const changes = Object.keys(untried(placesIn(inputs), old.outputs)).map(
        (key) => `places[${JSON.stringify(key)}]`,
      );
      return {
        changes: Object.fromEntries(changes.map((path) => [path, { kind: "update", replace: false }])),
      };
    },
    plan(old, inputs) {
      const isDone = Object.keys(untried(placesIn(inputs), old?.outputs ?? {})).length === 0;
      return isDone
        ? { ...inputs, open: [], tried: triedIn(old?.outputs ?? {}) }
        : { ...inputs, open: UNKNOWN, tried: UNKNOWN };
    },
    async create(inputs, call) {
      return { id: call.name, outputs: await closeAll(closers, {}, inputs, call) };
    },
    async read(id, old) {
      return { id, ...old };
    },
    update: (_id, old, inputs, call) => closeAll(closers, old.outputs, inputs, call),
    async delete() {
      // Nothing was created.
    },
  };
}

async function closeAll(
  closers: () => Closers,
  old: Properties,
  inputs: Properties,
  call: Call,
): Promise<Properties> {
  const places = placesIn(inputs);
  const left = Object.entries(untried(places, old));
  const queues = new Map<string, ReturnType<typeof atMost>>();
  const closeOne = async ([key, place]: [string, RemovedPlace]): Promise<[string, Tried]> => {
    const { type, args, closings, from } = place;
    const closer = closers()[type];
    if (closer === undefined) return [key, { closings, open: `${key}: nothing closes a ${type}` }];
    const area = `${type} ${closer.kind.areaOf(args)}`;
    const queue = queues.get(area) ?? atMost(AT_A_TIME);
    queues.set(area, queue);
    const { failed = "" } = await queue(() => closer.close(closer.kind.nobody(args), from, call));
    return [key, { closings, open: failed }];
  };
  // Without places to close, earlier outcomes are kept.
  const before = Object.entries(triedIn(old)).filter(([key]) => places[key] !== undefined);
  const tried: AllTried = Object.fromEntries([...before, ...(await Promise.all(left.map(closeOne)))]);
  return { ...inputs, tried, open: Object.values(tried).flatMap(({ open }) => open || []) };
}

/** Places not closed yet, or shared again since. */
function untried(places: RemovedPlaces, old: Properties): RemovedPlaces {
  const tried = triedIn(old);
  return Object.fromEntries(
    Object.entries(places).filter(([key, { closings }]) => {
      const attempt = tried[key];
      return attempt === undefined || attempt.open !== "" || attempt.closings !== closings;
    }),
  );
}

function placesIn({ places }: Properties): RemovedPlaces {
  return (places ?? {}) as RemovedPlaces;
}

function triedIn({ tried }: Properties): AllTried {
  return tried !== null && typeof tried === "object" ? (tried as AllTried) : {};
}
