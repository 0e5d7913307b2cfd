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

/** Outcome for one place, as `provider/removal-closing.ts` keeps it. */
export interface Tried {
  /** Its closing count then. */
  readonly closings: number;
  /** The reason why it is open, or empty. */
  readonly open: string;
}

/**
 * Outcomes that are about the places as they are now. `RemovalClosing` keeps its outputs while there is nothing to close, and
 * the engine keeps the inputs of each `up` even then (`sameSnapshotMutation.mustWrite` in backend/snapshot.go of pulumi/pkg
 * 3.259, read 2026-11-30). A place that its outputs name and its inputs do not was wanted again since, or is gone: its next
 * closing counts from zero, as the one before did.
 */
export function triedNow({
  inputs,
  outputs,
}: {
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
}): Readonly<Record<ClosingKey, Tried>> {
  const places = (inputs?.places ?? {}) as RemovedPlaces;
  const tried = (outputs?.tried ?? {}) as Readonly<Record<ClosingKey, Tried>>;
  return Object.fromEntries(Object.entries(tried).filter(([key]) => places[key] !== undefined));
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
