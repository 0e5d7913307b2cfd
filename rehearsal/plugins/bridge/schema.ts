/**
 * How a bridged Terraform provider describes a resource: a table of properties. `pulumi-aws` and `pulumi-gcp` are such
 * providers, so their stand-ins are tables too; check, diff, plan and import are derived from them.
 */

export type Schema = Readonly<Record<string, Property>>;

export interface Property {
  readonly type: "string" | "bool" | "int" | "map" | "list" | "set" | "object";
  /**
   * Source of the value. `optional` without a value means the zero value, so that a value found in the cloud is a
   * difference; `either` (optional and computed) takes the cloud's choice unless a value is given, be it an empty
   * one; `provider` is derived from the provider's settings (merged tags) and is compared like an input.
   */
  readonly by: "required" | "optional" | "either" | "cloud" | "provider";
  /** A change forces replacement (Terraform's ForceNew). */
  readonly replaces?: boolean;
  readonly default?: string | boolean | number;
  /** Allowed values. */
  readonly oneOf?: readonly string[];
  /** Reason why a value is refused. */
  readonly refuse?: (value: never) => string | undefined;
  /** Two spellings of one value (Terraform's DiffSuppressFunc). */
  readonly same?: (before: string, after: string) => boolean;
  /** Fields of a list or set element, or of an object; absent for plain strings. */
  readonly fields?: Schema;
  /** Properties in the set's own hash function, if any: elements that agree in these are equal. */
  readonly identity?: readonly string[];
  /** Generated from the resource's name if not given. */
  readonly autoname?: { readonly maxLength: number; readonly lowerCase?: boolean };
  /** A change of that other map is also shown as a change of this one. */
  readonly follows?: string;
  /** Not readable: a refresh keeps the given value. */
  readonly writeOnly?: boolean;
}

/** One resource type: its properties and the rules between them. */
export interface ResourceSchema {
  readonly properties: Schema;
  /** Groups of properties of which exactly one must be given. */
  readonly exactlyOneOf?: readonly (readonly string[])[];
}

/** Terraform's name of a property, as in its messages: `rootDeviceName` is `root_device_name`. */
export function terraformName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Terraform's SDK does not distinguish an absent value from its type's zero value in what was read. */
export function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/**
 * True if an `either` property takes the cloud's choice: if nothing is given, or an empty string or set, which the
 * plugin SDK treats as absent for a computed property (`diffString`, `diffSet`). An empty list or map, `false` and 0
 * are values. Compared with the real SDK by test/e2e/real-bridge-plans.test.ts (pulumi/terraform-plugin-sdk v2, tried
 * 2026-11-28).
 */
export function leavesToCloud({ type }: Property, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return (type === "string" || type === "set") && isZero(value);
}

/** `tags` and `Name` make `tags.Name`; a key with a dot, bracket or quote is quoted, as the engine prints paths. */
export function pathTo(parent: string, key: string): string {
  if (/["[\].]/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
