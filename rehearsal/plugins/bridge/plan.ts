import { UNKNOWN } from "../../../facts/engine";
import type { Properties, State } from "../../../plugin/resource";
import { asList, asObject } from "../properties";
import { isZero, leavesToCloud, type Property, type ResourceSchema, type Schema } from "./schema";

/** The outputs in a preview: the inputs, and computed values as before, or unknown for a new object. */
export function planOutputs(
  { properties }: ResourceSchema,
  old: State | undefined,
  inputs: Properties,
): Properties {
  return planFields(properties, old?.outputs, inputs);
}

function planFields(schema: Schema, before: Properties | undefined, inputs: Properties): Properties {
  const planned: Properties = {};
  for (const [key, property] of Object.entries(schema)) {
    const chosenByCloud =
      property.by === "either"
        ? leavesToCloud(property, inputs[key])
        : property.by === "cloud" && isZero(inputs[key]);
    if (chosenByCloud) {
      planned[key] = before ? before[key] : UNKNOWN;
    } else {
      planned[key] = planValue(property, before?.[key], inputs[key]);
    }
  }
  return planned;
}

function planValue(property: Property, before: unknown, input: unknown): unknown {
  const { fields } = property;
  if (!fields) return input;
  if (property.type === "object")
    return planFields(fields, before ? asObject(before) : undefined, asObject(input));
  if (!Array.isArray(input)) return input;
  const key = property.identity?.[0];
  return input.map((element: unknown, index) => {
    const match = key
      ? asList(before).find((one) => asObject(one)[key] === asObject(element)[key])
      : asList(before)[index];
    return planFields(fields, match ? asObject(match) : undefined, asObject(element));
  });
}

/**
 * The inputs that describe the values read. After an `up`, only given inputs are compared; an import takes every
 * possible one.
 */
export function inputsFrom({ properties }: ResourceSchema, outputs: Properties, old: Properties): Properties {
  return Object.keys(old).length > 0 ? refreshed(properties, outputs, old) : imported(properties, outputs);
}

function refreshed(schema: Schema, outputs: Properties, old: Properties): Properties {
  const inputs: Properties = {};
  for (const [key, value] of Object.entries(old)) {
    const property = schema[key];
    inputs[key] = !property || property.writeOnly ? value : refreshedValue(property, outputs[key], value);
  }
  return inputs;
}

function refreshedValue(property: Property, found: unknown, old: unknown): unknown {
  if (isZero(found)) return isZero(old) ? old : undefined;
  const { fields } = property;
  if (property.type === "object" && fields) return refreshed(fields, asObject(found), asObject(old));
  if (Array.isArray(found) && Array.isArray(old) && fields && found.length === old.length) {
    const [key] = property.identity ?? [];
    const items: unknown[] = found;
    const matches = old.map((element: unknown, index): unknown =>
      key ? items.find((one) => asObject(one)[key] === asObject(element)[key]) : items[index],
    );
    // Other elements than given: the result is what was found.
    if (matches.every((match) => match !== undefined && match !== null))
      return old.map((element, index) => refreshed(fields, asObject(matches[index]), asObject(element)));
  }
  if (typeof old === "string" && typeof found === "string" && property.same?.(old, found)) return old;
  return found;
}

function imported(schema: Schema, outputs: Properties): Properties {
  const inputs: Properties = {};
  for (const [key, property] of Object.entries(schema)) {
    const value = outputs[key];
    if (property.by === "cloud" || property.by === "provider" || isZero(value)) continue;
    const { fields } = property;
    if (fields && Array.isArray(value))
      inputs[key] = value.map((element) => imported(fields, asObject(element)));
    else inputs[key] = fields ? imported(fields, asObject(value)) : value;
  }
  return inputs;
}
