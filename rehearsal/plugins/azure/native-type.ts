import type { Schema } from "../bridge/schema";

/** A type of Azure resource: path, version, and the structure of its body. */
export interface NativeType {
  /** `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/…`; the names in braces are inputs. */
  readonly path: string;
  readonly apiVersion: string;
  /** The input with the resource's own name. */
  readonly named: string;
  readonly inputs: Schema;
  /** Inputs outside `properties` in the body. */
  readonly topLevel: readonly string[];
  /** Output-only properties. */
  readonly outputs: readonly string[];
  /** Inputs whose change forces replacement: those in the path, and the location. */
  readonly replaces: readonly string[];
}
