import type { ObjectIdentity } from "../config/object-identity";
import { UNKNOWN } from "../facts/engine";
import type { Diff, Properties, State } from "../plugin/resource";
import { Shape } from "../plugin/shape";
import { text } from "./fields";

/** In states of older versions neither is there. */
export const IDENTITY = Shape.of<ObjectIdentity>({ uid: text.optional(), createdAt: text.optional() });

/**
 * Identity of an object as outputs of its verification. Both are always set, empty where the cloud returns none: an
 * output missing in a state is unknown in every preview, and so is the record that contains it.
 */
export function identityOutputs({ uid, createdAt }: ObjectIdentity): { uid: string; createdAt: string } {
  return { uid: uid ?? "", createdAt: createdAt ?? "" };
}

/** A state of an older version lacks the outputs: an update adds them, empty, as they were not read then. */
export function diffIdentity({ outputs }: State, diff: Diff): Diff {
  const lacking = ["uid", "createdAt"].filter((key) => outputs[key] === undefined);
  if (lacking.length === 0 || Object.keys(diff.changes).length > 0) return diff;
  return { changes: Object.fromEntries(lacking.map((key) => [key, { kind: "add", replace: false }])) };
}

/** Outputs of a verification in a preview, where an update does not call the cloud. */
export function planIdentity(
  old: State | undefined,
  inputs: Properties,
  computed: readonly string[],
): Properties {
  if (!old) return { ...inputs, ...Object.fromEntries(computed.map((key) => [key, UNKNOWN])) };
  return { ...old.outputs, ...inputs, ...identityOutputs(IDENTITY.is(old.outputs) ? old.outputs : {}) };
}
