import { z } from "zod";

/** One kind of a cloud's faults. */
interface FaultKind {
  /** Description of the effect. */
  readonly what: string;
  /** Its members beside `kind`, each described. */
  readonly keys: z.ZodRawShape;
  /** Members of a meaningful example. */
  readonly example: Readonly<Record<string, unknown>>;
  /** Source of this behaviour in the real cloud, with the date read. */
  readonly source?: string;
}

export type FaultKinds = Readonly<Record<string, FaultKind>>;

/** A parsed fault: one of a cloud's kinds with its members. */
export type FaultOf<T extends FaultKinds> = {
  [K in keyof T & string]: { kind: K } & z.output<z.ZodObject<T[K]["keys"]>>;
}[keyof T & string];

/** Maps older names of members to current ones. */
export type Translate = (given: Record<string, unknown>) => Record<string, unknown>;

/**
 * Parses one fault.
 *
 * @throws Error with every problem at once: the known kinds, or the kind's members
 */
export function readFault<T extends FaultKinds>(
  cloud: string,
  kinds: T,
  given: unknown,
  translate: Translate = (same) => same,
): FaultOf<T> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Error("a fault is a JSON object with a `kind`");
  const { kind, ...members } = translate(given as Record<string, unknown>);
  const known = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!known) {
    const all = Object.keys(kinds).join(", ");
    throw new Error(
      `${cloud} takes no fault of kind ${JSON.stringify(kind)}; there are ${all} ` +
        "('imprimatur rehearsal fault --list' tells more)",
    );
  }
  const parsed = z.strictObject(known.keys).safeParse(members);
  if (parsed.success) return { kind, ...parsed.data } as FaultOf<T>;
  const takes = Object.keys(known.keys).join(", ") || "no members";
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => `${key} is not known (it takes ${takes})`)
      : [problem(issue, members)],
  );
  throw new Error(`${cloud}, fault of kind ${String(kind)}: ${problems.join("; ")}`);
}

function problem({ path, message }: z.core.$ZodIssue, members: Record<string, unknown>): string {
  const name = path.map(String).join(".");
  if (path.length === 1 && members[name] === undefined) return `${name} is missing`;
  return `${name}: ${message}`;
}

/** A member in documentation form: name, `?` if optional, type, and meaning. */
export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly takes: string;
  readonly meaning: string;
}

export function membersOf({ keys }: FaultKind): Member[] {
  return Object.entries(keys).map(([name, schema]) => {
    const type = schema as z.ZodType;
    return {
      name,
      optional: type.safeParse(undefined).success,
      takes: takesOf(z.toJSONSchema(type, { io: "input" }) as Described),
      meaning: type.description ?? "",
    };
  });
}

interface Described {
  type?: string;
  enum?: readonly (string | number)[];
  const?: string | number | boolean;
  anyOf?: readonly Described[];
  items?: Described;
}

function takesOf({ type, enum: values, const: value, anyOf, items }: Described): string {
  if (values) return values.map(String).join(" | ");
  if (value !== undefined) return String(value);
  if (anyOf) return anyOf.map(takesOf).join(" | ");
  if (type === "array") return `list of ${takesOf(items ?? {})}`;
  return type === "string" ? "text" : type === "integer" ? "whole number" : (type ?? "anything");
}
