import { containsUnknown, type Properties, type State } from "../../../plugin/resource";
import { UNKNOWN } from "../../../facts/engine";
import type { Schema } from "../bridge/schema";
import { asObject, asTexts } from "../properties";
import type { Api } from "./api";

/*
 * Labels are three properties: `labels` are the program's own, `pulumiLabels` those and the provider's defaults, and
 * `effectiveLabels` everything on the object, of which only `pulumiLabels` is managed.
 */

type Labels = Record<string, string>;

/** A real preview shows all three (`SetLabelsDiff` of the real provider adds the other two to every plan). */
export const LABELS: Schema = {
  labels: { type: "map", by: "optional" },
  pulumiLabels: { type: "map", by: "provider" },
  effectiveLabels: { type: "map", by: "cloud", follows: "pulumiLabels" },
};

export function managedLabels(api: Api, inputs: Properties): Properties {
  if (inputs.labels === UNKNOWN) return { pulumiLabels: UNKNOWN };
  return { pulumiLabels: { ...api.defaultLabels, ...asObject(inputs.labels) } };
}

/** Resulting labels of the object: others' stay, ours are as wanted. */
export function nextLabels(old: Properties, inputs: Properties): Labels {
  const managed = asObject(old.pulumiLabels);
  const others = Object.entries(asTexts(old.effectiveLabels)).filter(([key]) => !(key in managed));
  return { ...Object.fromEntries(others), ...asTexts(inputs.pulumiLabels) };
}

export function planLabels(planned: Properties, old: State | undefined): Properties {
  if (containsUnknown(planned.pulumiLabels)) return { ...planned, effectiveLabels: UNKNOWN };
  return { ...planned, effectiveLabels: nextLabels(old?.outputs ?? {}, planned) };
}

/** Splits the labels read: `labels` and `pulumiLabels` contain only the keys they manage. */
export function splitLabels(found: Labels, known: Properties): Properties {
  const only = (keys: Properties) => Object.fromEntries(Object.entries(found).filter(([key]) => key in keys));
  return {
    labels: known.labels ? only(asObject(known.labels)) : undefined,
    pulumiLabels: only(asObject(known.pulumiLabels)),
    effectiveLabels: found,
  };
}
