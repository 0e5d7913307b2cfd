/**
 * The properties that a resource needs, by name, with a schema each. Checked where the engine hands them over: inputs
 * come from a program, outputs from a state that any older version may have written.
 */
import { z } from "zod";
import type { Call, Properties } from "./resource";

/** A schema for each property; an optional property has an optional schema. */
export type Fields<T> = {
  readonly [K in keyof T]-?: undefined extends T[K]
    ? z.ZodOptional<z.ZodType<Exclude<T[K], undefined>>>
    : z.ZodType<T[K]>;
};

/** Properties of these types; others may be there besides, and are left alone. */
export class Shape<T extends object> {
  private readonly schema: z.ZodType;

  private constructor(private readonly fields: Readonly<Record<string, z.ZodType>>) {
    this.schema = z.looseObject(fields);
  }

  static of<T extends object>(fields: Fields<T>): Shape<T> {
    return new Shape<T>(fields);
  }

  /** These properties alone: an operation asks a state for no more than it uses. */
  pick<K extends keyof T & string>(...names: readonly K[]): Shape<{ [P in K]: T[P] }> {
    return new Shape(Object.fromEntries(names.map((name) => [name, this.field(name)])));
  }

  /** With these besides. */
  and<More extends object>({ fields }: Shape<More>): Shape<T & More> {
    return new Shape({ ...this.fields, ...fields });
  }

  /** The same, where states of older versions lack some. */
  lacking<K extends keyof T & string>(
    ...names: readonly K[]
  ): Shape<{ [P in Exclude<keyof T, K>]: T[P] } & { [P in K]?: T[P] }> {
    const optional = Object.fromEntries(names.map((name) => [name, this.field(name).optional()]));
    return new Shape({ ...this.fields, ...optional });
  }

  /** True if all the properties are there and of their types. */
  is(value: Properties): value is Properties & T {
    return this.schema.safeParse(value).success;
  }

  /**
   * @returns the same object: it goes back to the engine as it came
   * @throws one line with every property that is not as needed, and the cure
   */
  read(value: Properties, part: "inputs" | "state", call: Pick<Call, "urn" | "name">): Properties & T {
    if (this.is(value)) return value;
    const { issues } = this.schema.safeParse(value).error ?? { issues: [] };
    const problems = issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    const type = call.urn.split("::")[2]?.split("$").at(-1) ?? "";
    const cure =
      part === "inputs"
        ? "the program and its provider are of different versions: run `npm ci` in the project"
        : "another version wrote it: run that one, or take the resource out of the state " +
          `(\`pulumi state delete '${call.urn}'\`) and its object out of the cloud`;
    throw new Error(`the ${part} of ${type} ${call.name} cannot be read (${problems}); ${cure}`);
  }

  private field(name: string): z.ZodType {
    return this.fields[name] ?? z.unknown();
  }
}

/** The properties of a shape. */
export type ShapeOf<S> = S extends Shape<infer T> ? T : never;
