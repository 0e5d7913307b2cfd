/** Places that are wanted no more at all: a region, the line of a release or a cloud that was taken out of the stack file. Pure. */
import { type ClosingKey, keyOf, type WantedClosings } from "./begun";
import { type ClosingReaders, type StateResource, textsIn } from "./access";

/** What a closing of the state closed, or would have. */
export interface RemovedPlace {
  /** `imprimatur:aws:ImageClosing` */
  readonly type: string;
  /** What that closing was last made of: where the place is, and who could have it. */
  readonly args: Readonly<Record<string, unknown>>;
  /** How often it had closed it. */
  readonly closings: number;
  /** Who may have it. */
  readonly from: readonly string[];
}

/** What a closing keeps besides what it was made of: see `resources/closing.ts`. */
const OWN = ["open", "openFor", "closings", "begun"];

export type RemovedPlaces = Readonly<Record<ClosingKey, RemovedPlace>>;

/**
 * Those that somebody may have still. Their images are deleted last of all, behind whatever may fail before: so they are closed
 * first.
 *
 * @param state what the last `up` left, done or not
 * @param wanted every place that the stack file asks for
 */
export function removedPlaces(
  state: readonly StateResource[],
  wanted: WantedClosings,
  closers: ClosingReaders,
): RemovedPlaces {
  return Object.fromEntries(
    state.flatMap((resource): [ClosingKey, RemovedPlace][] => {
      const may = closers[resource.type]?.(resource.outputs);
      const key = keyOf(resource);
      if (may === undefined || wanted[key] !== undefined) return [];
      const { openFor, closings } = resource.outputs;
      const from = [...new Set([...may, ...textsIn(openFor)])].sort();
      const args = Object.fromEntries(
        Object.entries(resource.outputs).filter(([name]) => !OWN.includes(name)),
      );
      const count = typeof closings === "number" ? closings : 0;
      return from.length > 0 ? [[key, { type: resource.type, args, closings: count, from }]] : [];
    }),
  );
}
