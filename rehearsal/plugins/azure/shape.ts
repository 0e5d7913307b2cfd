import { type Properties, UNKNOWN } from "../../../plugin/resource";

/**
 * What a resource or a nested object is made of. A key ends in `!` when it must be given, and in `=` when only Azure
 * gives it. `any` is passed on as it is; a list has one element that says what its elements are.
 */
export interface Shape {
  readonly [key: string]: Kind;
}
export type Kind = "string" | "integer" | "boolean" | "tags" | "any" | Shape | readonly [Kind];

interface Member {
  name: string;
  required: boolean;
  output: boolean;
  kind: Kind;
}

export const membersOf = (shape: Shape): Member[] =>
  Object.entries(shape).map(([key, kind]) => ({
    name: key.replace(/[!=]$/, ""),
    required: key.endsWith("!"),
    output: key.endsWith("="),
    kind,
  }));

const isShape = (kind: Kind): kind is Shape => typeof kind === "object" && !Array.isArray(kind);
const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is wrong with `value`, in the real provider's words; what Azure itself would refuse is left to Azure. */
export function problems(shape: Shape, value: Properties, path = ""): string[] {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const inputs = membersOf(shape).filter(({ output }) => !output);
  const missing = inputs
    .filter(({ name, required }) => required && (value[name] === undefined || value[name] === null))
    .map(({ name }) => {
      const cure =
        " Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.";
      return `missing required property '${at(name)}'${at(name) === "location" ? `.${cure}` : ""}`;
    });
  // The real provider passes over what it does not know; a rehearsal is stricter, because it is always a mistake.
  const unknown = Object.keys(value)
    .filter((name) => !inputs.some((member) => member.name === name))
    .map((name) => `unknown property '${at(name)}'`);
  const wrong = inputs.flatMap(({ name, kind }) => wrongKind(kind, value[name], at(name)));
  return [...missing, ...unknown, ...wrong];
}

function wrongKind(kind: Kind, value: unknown, path: string): string[] {
  if (value === undefined || value === null || value === UNKNOWN || kind === "any") return [];
  const given = Array.isArray(value) ? "an array" : isObject(value) ? "an object" : `a ${typeof value}`;
  const is = (type: string, right: boolean) =>
    right ? [] : [`'${path}' should be of type '${type}' but got ${given}`];
  if (kind === "string" || kind === "boolean") return is(kind, typeof value === kind);
  if (kind === "integer") {
    if (typeof value !== "number") return is("integer", false);
    return Number.isInteger(value) ? [] : [`'${path}' must be an integer but got ${value}`];
  }
  if (kind === "tags") return is("object", isObject(value));
  if (isShape(kind)) return isObject(value) ? problems(kind, value, path) : is("object", false);
  if (!Array.isArray(value)) return is("array", false);
  return value.flatMap((element, index) => wrongKind(kind[0], element, `${path}[${index}]`));
}

/** The part of an answer that could have been an input: what Azure alone gives is left out, at every depth. */
export function inputPart(shape: Shape, value: Properties): Properties {
  const kept = membersOf(shape).filter(({ name, output }) => !output && value[name] !== undefined);
  return Object.fromEntries(kept.map(({ name, kind }) => [name, inputValue(kind, value[name])]));
}

function inputValue(kind: Kind, value: unknown): unknown {
  if (isShape(kind)) return isObject(value) ? inputPart(kind, value) : value;
  if (Array.isArray(kind) && Array.isArray(value))
    return value.map((element) => inputValue((kind as readonly [Kind])[0], element));
  return value;
}

/** What a preview shows: the inputs, and everything else unknown, at every depth. */
export function preview(shape: Shape, inputs: Properties): Properties {
  return Object.fromEntries(
    membersOf(shape).map(({ name, kind }) => {
      const value = inputs[name];
      if (value === undefined) return [name, UNKNOWN];
      return [name, isShape(kind) && isObject(value) ? preview(kind, value) : value];
    }),
  );
}
