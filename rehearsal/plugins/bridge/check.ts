import type { CheckCall, CheckFailure, Properties } from "../../../plugin/resource";
import { UNKNOWN } from "../../../facts/engine";
import { asObject, isObject } from "../properties";
import { pathTo, type Property, type ResourceSchema, type Schema, terraformName } from "./schema";

/** Names of defaulted inputs; the engine hides keys that start with `__`. */
export const DEFAULTS = "__defaults";

/** Fills defaults and generated names, and refuses what the schema does not allow: every problem at once. */
export function checkInputs(
  schema: ResourceSchema,
  given: Properties,
  call: CheckCall,
): { inputs: Properties; failures: CheckFailure[] } {
  const failures: CheckFailure[] = [];
  const fail = (path: string, reason: string) =>
    failures.push({ property: path, reason: `${reason}. Examine values at '${call.name}.${path}'.` });

  const inputs = withDefaults(schema.properties, given);
  const filled = Object.keys(inputs).filter((key) => given[key] === undefined);
  for (const [key, { autoname }] of Object.entries(schema.properties)) {
    if (!autoname || inputs[key] !== undefined) continue;
    inputs[key] = keptName(key, call.oldInputs) ?? madeUpName(call, autoname);
    filled.push(key);
  }
  checkFields(schema.properties, inputs, "", fail);
  for (const group of schema.exactlyOneOf ?? []) {
    const present = group.filter((key) => inputs[key] !== undefined);
    const names = group.map(terraformName).join(",");
    const [first = ""] = group;
    if (present.length === 0) {
      fail(
        first,
        `Invalid combination of arguments. "${terraformName(first)}": one of \`${names}\` must be specified`,
      );
    } else if (present.length > 1) {
      const chosen = present.map(terraformName).join(",");
      fail(
        first,
        `"${terraformName(first)}": only one of \`${names}\` can be specified, but \`${chosen}\` were specified`,
      );
    }
  }
  return { inputs: { ...inputs, [DEFAULTS]: filled.sort() }, failures };
}

function withDefaults(schema: Schema, given: Properties): Properties {
  const inputs: Properties = {};
  for (const [key, value] of Object.entries(given)) {
    if (value === null || key === DEFAULTS) continue;
    const fields = schema[key]?.fields;
    inputs[key] = fields ? nested(value, (element) => withDefaults(fields, element)) : value;
  }
  for (const [key, property] of Object.entries(schema)) {
    if (inputs[key] === undefined && property.default !== undefined) inputs[key] = property.default;
  }
  return inputs;
}

/** Applies `change` to an object or to each element of a list; leaves everything else (an unknown value) alone. */
function nested(value: unknown, change: (element: Properties) => Properties): unknown {
  if (Array.isArray(value)) return value.map((element) => nested(element, change));
  return isObject(value) ? change(value) : value;
}

type Fail = (path: string, reason: string) => void;

function checkFields(schema: Schema, inputs: Properties, parent: string, fail: Fail): void {
  for (const key of Object.keys(inputs)) {
    const path = pathTo(parent, key);
    const property = schema[key];
    if (!property)
      fail(path, `Invalid or unknown key. An argument named "${terraformName(key)}" is not expected here`);
    else if (property.by === "cloud" || property.by === "provider") {
      fail(path, `Value for unconfigurable attribute. Can't configure a value for "${terraformName(key)}"`);
    } else checkValue(property, inputs[key], path, fail);
  }
  for (const [key, property] of Object.entries(schema)) {
    if (property.by !== "required" || inputs[key] !== undefined) continue;
    fail(
      pathTo(parent, key),
      `Missing required argument. The argument "${terraformName(key)}" is required, but no definition was found`,
    );
  }
}

function checkValue(property: Property, value: unknown, path: string, fail: Fail): void {
  if (value === UNKNOWN) return;
  const wrong = wrongType(property, value);
  if (wrong) return fail(path, wrong);
  const name = terraformName(path.split(".").at(-1) ?? path);
  if (property.oneOf?.every((one) => one !== value)) {
    const allowed = property.oneOf.map((one) => JSON.stringify(one)).join(" ");
    fail(path, `expected ${name} to be one of [${allowed}], got ${String(value)}`);
  }
  const refused = property.refuse?.(value as never);
  if (refused) fail(path, refused);
  const { fields } = property;
  if (fields && isObject(value)) checkFields(fields, value, path, fail);
  if (!Array.isArray(value)) return;
  value.forEach((element: unknown, index) => {
    const at = `${path}[${index}]`;
    if (element === UNKNOWN) return;
    if (fields) checkFields(fields, asObject(element), at, fail);
    else if (typeof element !== "string")
      fail(at, `Incorrect attribute value type. ${at}: a string is required`);
  });
}

const TYPES: Record<Property["type"], { name: string; accepts: (value: unknown) => boolean }> = {
  string: { name: "a string", accepts: (value) => typeof value === "string" },
  bool: { name: "a bool", accepts: (value) => typeof value === "boolean" },
  int: { name: "a whole number", accepts: (value) => Number.isSafeInteger(value) },
  map: {
    name: "a map of strings",
    accepts: (value) => isObject(value) && Object.values(value).every((one) => typeof one === "string"),
  },
  object: { name: "an object", accepts: isObject },
  list: { name: "a list", accepts: Array.isArray },
  set: { name: "a list", accepts: Array.isArray },
};

function wrongType({ type }: Property, value: unknown): string | undefined {
  const { name, accepts } = TYPES[type];
  return accepts(value)
    ? undefined
    : `Incorrect attribute value type. Inappropriate value: ${name} is required`;
}

/** A generated name stays the same until the resource is named. */
function keptName(key: string, old: Properties): unknown {
  return Array.isArray(old[DEFAULTS]) && old[DEFAULTS].includes(key) ? old[key] : undefined;
}

/** The bridge's names: the resource's name, a dash and 7 hexadecimal digits. */
function madeUpName(call: CheckCall, { maxLength, lowerCase }: NonNullable<Property["autoname"]>): string {
  const digits = Buffer.from(call.randomSeed).toString("hex").padEnd(7, "0").slice(0, 7);
  const base = lowerCase ? call.name.toLowerCase() : call.name;
  return `${base.slice(0, maxLength - 8)}-${digits}`;
}
