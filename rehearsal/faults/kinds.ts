import { z } from "zod";

/** One kind of fault that a cloud takes. */
export interface FaultKind {
  /** What happens, for people. */
  readonly what: string;
  /** Its members beside `kind`, each described. */
  readonly keys: z.ZodRawShape;
  /** Members of one that makes sense. */
  readonly example: Readonly<Record<string, unknown>>;
  /** Where the real cloud was seen to do this, and when it was read. */
  readonly source?: string;
}

export type FaultKinds = Readonly<Record<string, FaultKind>>;

/** A fault as it was taken: one of a cloud's kinds with its members. */
export type FaultOf<T extends FaultKinds> = {
  [K in keyof T & string]: { kind: K } & z.output<z.ZodObject<T[K]["keys"]>>;
}[keyof T & string];

/** Older words for members, by the member's name of today: what was written in them still works. */
export type Translate = (given: Record<string, unknown>) => Record<string, unknown>;

/**
 * Reads one fault.
 *
 * @throws Error with every problem at once: the kinds that there are, or the members that the kind takes
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

/** A member as documentation shows it: its name, `?` where it may be left out, what it takes, and what it means. */
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
