import type { Properties } from "../deployment";

/**
 * Objects that their provider drops from the state when it cannot watch the creation to its end, though the cloud
 * completes it: no operation is pending then, and every later creation is refused because the name is in use.
 */
export interface DroppedObjects {
  /** Resource types; the first is used for an object of unknown type. */
  readonly types: readonly [string, ...string[]];
  /**
   * Type of the resource that is in the state, with the same parent and name, before such a creation begins: the
   * evidence that it may have begun.
   */
  readonly source: string;
  /** Inputs that identify the object made of a source; `undefined`: of an incomplete source, so none was begun. */
  readonly madeOf: (source: {
    readonly inputs: Properties;
    readonly outputs: Properties;
  }) => Properties | undefined;
}
