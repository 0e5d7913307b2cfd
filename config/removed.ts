/** Places that are no longer wanted: a region, a release or a cloud removed from the stack file. Pure. */
import { type ClosingKey, keyOf, type WantedClosings } from "./begun";
import { type ClosingReaders, textsIn } from "./access";
import type { StateResource } from "./state-resource";

/** A place that a closing in the state closed, or would have. */
export interface RemovedPlace {
  /** `imprimatur:aws:ImageClosing` */
  readonly type: string;
  /** Last inputs of that closing: the location of the place, and its grantees. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Its closing count. */
  readonly closings: number;
  /** Possible grantees. */
  readonly from: readonly string[];
}

/** Properties of a closing that are not its inputs: see `resources/closing.ts`. */
const OWN = ["open", "openFor", "closings", "begun"];

export type RemovedPlaces = Readonly<Record<ClosingKey, RemovedPlace>>;

/**
 * Removed places that may still be accessible. The engine deletes their images last, after everything that may fail:
 * so they are closed first.
 *
 * @param state as the last `up` left it, complete or not
 * @param wanted every place in the stack file
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
