/**
 * How a bridged Terraform provider describes a resource: a table of properties. `pulumi-aws` and `pulumi-gcp` are such
 * providers, so their stand-ins are tables too; check, diff, plan and import are derived from them.
 */

export type Schema = Readonly<Record<string, Property>>;

export interface Property {
  readonly type: "string" | "bool" | "int" | "map" | "list" | "set" | "object";
  /**
   * Who gives the value. `optional` without a value means the zero value, so that a value found in the cloud is a
   * difference; `either` (optional and computed) takes what the cloud chose unless a value is given, be it an empty one;
   * `provider` follows from the provider's settings (merged tags) and is compared like an input.
   */
  readonly by: "required" | "optional" | "either" | "cloud" | "provider";
  /** A change needs a new object (Terraform's ForceNew). */
  readonly replaces?: boolean;
  readonly default?: string | boolean | number;
  /** Only these values. */
  readonly oneOf?: readonly string[];
  /** Says why a value is refused. */
  readonly refuse?: (value: never) => string | undefined;
  /** Two spellings of one value (Terraform's DiffSuppressFunc). */
  readonly same?: (before: string, after: string) => boolean;
  /** What an element of a list or set, or an object, is made of; absent for plain strings. */
  readonly fields?: Schema;
  /** What the set's own hash function reads, where it has one: elements that agree in these are one element, unchanged. */
  readonly identity?: readonly string[];
  /** Made up from the resource's name when it is not given. */
  readonly autoname?: { readonly maxLength: number; readonly lowerCase?: boolean };
  /** A change of that other map, which this one follows, is shown as a change of this one as well. */
  readonly follows?: string;
  /** Cannot be read back: a refresh keeps what was given. */
  readonly writeOnly?: boolean;
}

/** One resource type: its properties and the rules between them. */
export interface ResourceSchema {
  readonly properties: Schema;
  /** Groups of properties of which exactly one must be given. */
  readonly exactlyOneOf?: readonly (readonly string[])[];
}

/** Terraform's name of a property, as its messages quote it: `rootDeviceName` is `root_device_name`. */
export function terraformName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** In what was read, Terraform's SDK does not tell an absent value from the zero value of its type. */
export function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/**
 * Whether an `either` property takes what the cloud chose: where nothing is given; and where an empty text or set is, as for
 * a computed one the plugin SDK takes these for nothing (`diffString`, `diffSet`). An empty list or map, `false` and 0 are
 * values. Held to the real SDK by test/e2e/real-bridge-plans.test.ts (pulumi/terraform-plugin-sdk v2, tried 2026-11-28).
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
