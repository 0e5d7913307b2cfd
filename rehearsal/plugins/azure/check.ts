import { UNKNOWN } from "../../../facts/engine";
import type { CheckCall, CheckFailure, Properties } from "../../../plugin/resource";
import { type Property, type Schema } from "../bridge/schema";
import { asList, isObject } from "../properties";
import type { Arm } from "./arm";
import type { NativeType } from "./native-type";

/** Marks an autonamed resource, whose replacement may be created before the old object is deleted. */
export const CREATE_BEFORE_DELETE = "__createBeforeDelete";

/** Fills name, location and API version, and refuses unknown properties: every problem at once. */
export function checkInputs(
  type: NativeType,
  arm: Arm | undefined,
  given: Properties,
  { name, oldInputs, randomSeed }: CheckCall,
): { inputs: Properties; failures: CheckFailure[] } {
  const inputs: Properties = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  if (inputs[type.named] === undefined) {
    const kept = oldInputs[type.named];
    const digits = Buffer.from(randomSeed).toString("hex").padEnd(8, "0").slice(0, 8);
    inputs[type.named] = kept ?? `${name}${digits}`;
    if (kept === undefined || oldInputs[CREATE_BEFORE_DELETE] === true) inputs[CREATE_BEFORE_DELETE] = true;
  }
  inputs.location ??= oldInputs.location ?? arm?.location;
  if (inputs.location === undefined) delete inputs.location;
  inputs.azureApiVersion ??= type.apiVersion;

  const failures: CheckFailure[] = [];
  const fail = (path: string, reason: string) => failures.push({ property: path, reason });
  checkObject(type.inputs, inputs, "", fail);
  return { inputs, failures };
}

type Fail = (path: string, reason: string) => void;

function checkObject(schema: Schema, values: Properties, parent: string, fail: Fail): void {
  const at = (key: string) => (parent === "" ? key : `${parent}.${key}`);
  for (const [key, { by }] of Object.entries(schema)) {
    if (by !== "required" || values[key] !== undefined) continue;
    const hint =
      at(key) === "location"
        ? ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
        : "";
    fail(at(key), `missing required property '${at(key)}'${hint}`);
  }
  for (const [key, value] of Object.entries(values)) {
    if (key.startsWith("__") || (parent === "" && key === "azureApiVersion")) continue;
    const property = schema[key];
    // The real provider silently drops unknown properties; a rehearsal should detect a typo.
    if (!property) fail(at(key), `unknown property '${at(key)}'`);
    else checkValue(property, value, at(key), fail);
  }
}

const TYPES: Record<Property["type"], { name: string; accepts: (value: unknown) => boolean }> = {
  string: { name: "string", accepts: (value) => typeof value === "string" },
  bool: { name: "boolean", accepts: (value) => typeof value === "boolean" },
  int: { name: "integer", accepts: (value) => Number.isSafeInteger(value) },
  map: { name: "object", accepts: isObject },
  object: { name: "object", accepts: isObject },
  list: { name: "array", accepts: Array.isArray },
  set: { name: "array", accepts: Array.isArray },
};

function checkValue(property: Property, value: unknown, path: string, fail: Fail): void {
  if (value === UNKNOWN || value === undefined) return;
  const { name, accepts } = TYPES[property.type];
  if (!accepts(value)) {
    const got = Array.isArray(value) ? "an array" : `a ${typeof value}`;
    return fail(path, `'${path}' should be of type '${name}' but got ${got}`);
  }
  const { fields } = property;
  if (!fields) return;
  if (isObject(value)) return checkObject(fields, value, path, fail);
  asList(value).forEach((item, index) => {
    if (isObject(item)) checkObject(fields, item, `${path}[${index}]`, fail);
  });
}
