import { z } from "zod";
import { atMost } from "../clouds/parallel";
import { type RemovedPlace, type RemovedPlaces, type Tried, triedNow } from "../config/removed";
import { UNKNOWN } from "../facts/engine";
import { type Call, type Properties, type ResourceHandler } from "../plugin/resource";
import { Shape } from "../plugin/shape";
import { typedResource } from "../plugin/typed-resource";
import type { ClosingTimes, PlaceCloser, PlaceCloserOf } from "./closing";
import { number, text, texts } from "./fields";

type AllTried = Readonly<Record<string, Tried>>;

/** Concurrent closings per area; areas are independent. */
const AT_A_TIME = 8;

type Closers = Readonly<Record<string, PlaceCloser>>;

const PLACES = Shape.of<{ places: RemovedPlaces }>({
  places: z.record(
    text,
    z.object({ type: text, args: z.record(text, z.unknown()), closings: number, from: texts }),
  ),
});
const TRIED = Shape.of<{ tried: AllTried }>({
  tried: z.record(text, z.object({ closings: number, open: text })),
});

/**
 * Closes places that the program no longer wants, each by itself. Never fails, and keeps a closed place until it is
 * gone from the state.
 *
 * @param kinds by the type of their own closings
 */
export function removalClosing(
  kinds: () => Readonly<Record<string, PlaceCloserOf>>,
  times?: ClosingTimes,
): ResourceHandler {
  let made: Closers | undefined;
  const closers = () =>
    (made ??= Object.fromEntries(
      Object.entries(kinds()).map(([type, closerFor]) => [type, closerFor(times)]),
    ));
  return typedResource({
    computed: ["open", "tried"],
    inputs: PLACES,
    kept: Shape.of<object>({}),
    diff(old, inputs) {
      const changes = Object.keys(untried(placesIn(inputs), triedIn(old))).map(
        (key) => `places[${JSON.stringify(key)}]`,
      );
      return {
        changes: Object.fromEntries(changes.map((path) => [path, { kind: "update", replace: false }])),
      };
    },
    plan(old, inputs) {
      const before = triedIn(old);
      const isDone = Object.keys(untried(placesIn(inputs), before)).length === 0;
      return isDone ? { ...inputs, open: [], tried: before } : { ...inputs, open: UNKNOWN, tried: UNKNOWN };
    },
    async create(inputs, call) {
      return { id: call.name, outputs: await closeAll(closers, triedIn(undefined), inputs, call) };
    },
    async read(id, old) {
      return { id, ...old };
    },
    update: (_id, old, inputs, call) => closeAll(closers, triedIn(old), inputs, call),
    async delete() {
      // Nothing was created.
    },
  });
}

async function closeAll(
  closers: () => Closers,
  earlier: AllTried,
  { places }: { places: RemovedPlaces },
  call: Call,
): Promise<Properties> {
  const left = Object.entries(untried(places, earlier));
  const queues = new Map<string, ReturnType<typeof atMost>>();
  const closeOne = async ([key, place]: [string, RemovedPlace]): Promise<[string, Tried]> => {
    const { type, args, closings, from } = place;
    const closer = closers()[type];
    if (closer === undefined) return [key, { closings, open: `${key}: nothing closes a ${type}` }];
    const area = `${type} ${closer.areaOf(args) ?? key}`;
    const queue = queues.get(area) ?? atMost(AT_A_TIME);
    queues.set(area, queue);
    const { failed = "" } = await queue(() => closer.close(args, from, call));
    return [key, { closings, open: failed }];
  };
  // Without places to close, earlier outcomes are kept.
  const before = Object.entries(earlier).filter(([key]) => places[key] !== undefined);
  const tried: AllTried = Object.fromEntries([...before, ...(await Promise.all(left.map(closeOne)))]);
  return { places, tried, open: Object.values(tried).flatMap(({ open }) => open || []) };
}

/** Places not closed yet, or shared again since. */
function untried(places: RemovedPlaces, tried: AllTried): RemovedPlaces {
  return Object.fromEntries(
    Object.entries(places).filter(([key, { closings }]) => {
      const attempt = tried[key];
      return attempt === undefined || attempt.open !== "" || attempt.closings !== closings;
    }),
  );
}

/** Unknown in a preview: none. */
function placesIn(inputs: Properties): RemovedPlaces {
  return PLACES.is(inputs) ? inputs.places : {};
}

/** Unreadable values are tried again. */
function triedIn(old: { inputs: Properties; outputs: Properties } | undefined): AllTried {
  return old !== undefined && TRIED.is(old.outputs) ? triedNow(old) : {};
}
