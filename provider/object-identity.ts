import type { ObjectIdentity } from "../config/object-identity";
import { UNKNOWN } from "../facts/engine";
import type { Diff, Properties, State } from "../plugin/resource";

/**
 * The identity of an object as outputs of the gate that looked at it. Both are always there, empty where the cloud tells none:
 * an output that a state lacks is unknown to every preview, and with it the record that names it.
 */
export function identityOutputs({ uid, createdAt }: ObjectIdentity): { uid: string; createdAt: string } {
  return { uid: uid ?? "", createdAt: createdAt ?? "" };
}

/** A state of an older version lacks the outputs: an update adds them, empty, as nobody looked at the time. */
export function diffIdentity({ outputs }: State, diff: Diff): Diff {
  const lacking = ["uid", "createdAt"].filter((key) => outputs[key] === undefined);
  if (lacking.length === 0 || Object.keys(diff.changes).length > 0) return diff;
  return { changes: Object.fromEntries(lacking.map((key) => [key, { kind: "add", replace: false }])) };
}

/** The outputs of a gate in a preview, where an update asks the cloud nothing. */
export function planIdentity(
  old: State | undefined,
  inputs: Properties,
  computed: readonly string[],
): Properties {
  if (!old) return { ...inputs, ...Object.fromEntries(computed.map((key) => [key, UNKNOWN])) };
  return { ...old.outputs, ...inputs, ...identityOutputs(old.outputs) };
}
