/**
 * The services' own models, as the official SDK carries them (`@aws-sdk/client-*`, `Schema$` exports): names and
 * types of all parameters and results, and which are required. So no table here is copied by hand, and a parameter is
 * refused exactly if AWS does not have it.
 */
type Traits = number | [number, Record<string, unknown>] | Record<string, unknown>;
type SchemaReference = unknown;

export interface Structure {
  readonly name: string;
  readonly members: Member[];
}

export interface Member {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
  readonly xmlName?: string;
  readonly queryName?: string;
}

export type Type =
  | { kind: "string" | "number" | "boolean" | "blob" }
  | { kind: "time" }
  | { kind: "structure"; of: () => Structure }
  | { kind: "list"; of: Type; itemName: string }
  | { kind: "map"; of: Type };

export interface Operation {
  readonly name: string;
  readonly input: Structure;
  readonly output: Structure;
}

const STRUCTURE = 3;
const LIST = 1;
const MAP = 2;
const OPERATION = 9;
const LIST_OF = 64;
const MAP_OF = 128;

const structures = new Map<unknown, Structure>();

/** The operation of that name in an SDK client module; undefined: none. */
export function operation(client: object, name: string): Operation | undefined {
  const schema = (client as Record<string, unknown>)[`${name}$`];
  if (!Array.isArray(schema) || schema[0] !== OPERATION) return undefined;
  return { name, input: structure(schema[4]), output: structure(schema[5]) };
}

function structure(reference: SchemaReference): Structure {
  const schema = resolve(reference);
  if (!Array.isArray(schema)) return { name: "Unit", members: [] };
  let made = structures.get(schema);
  if (!made) {
    const [, , name, , names, types, required] = schema as [
      number,
      string,
      string,
      unknown,
      string[],
      unknown[],
      number | undefined,
    ];
    made = { name, members: names.map((member, at) => readMember(member, types[at], at < (required ?? 0))) };
    structures.set(schema, made);
  }
  return made;
}

function readMember(name: string, described: unknown, required: boolean): Member {
  const [reference, traits] = withTraits(described);
  return {
    name,
    required,
    type: readType(reference),
    xmlName: traits["xmlName"] as string | undefined,
    queryName: traits["ec2QueryName"] as string | undefined,
  };
}

function withTraits(described: unknown): [SchemaReference, Record<string, unknown>] {
  // `[type, traits]` or the bare type; a type that is itself a schema array has more than two entries.
  if (!Array.isArray(described) || described.length !== 2) return [described, {}];
  const traits = described[1] as Traits;
  if (Array.isArray(traits)) return [described[0], traits[1]];
  return [described[0], typeof traits === "object" ? traits : {}];
}

function readType(reference: SchemaReference): Type {
  const schema = resolve(reference);
  if (typeof schema === "number") return scalar(schema);
  if (!Array.isArray(schema)) return { kind: "string" };
  switch (schema[0]) {
    case STRUCTURE:
      return { kind: "structure", of: () => structure(schema) };
    case LIST: {
      const [item, traits] = withTraits(schema[4]);
      return { kind: "list", of: readType(item), itemName: (traits["xmlName"] as string) ?? "member" };
    }
    case MAP:
      return { kind: "map", of: readType(withTraits(schema[5])[0]) };
    default:
      // A named scalar: [0, namespace, name, traits, type].
      return typeof schema[4] === "number" ? scalar(schema[4]) : { kind: "string" };
  }
}

function scalar(code: number): Type {
  if (code >= MAP_OF) return { kind: "map", of: scalar(code - MAP_OF) };
  if (code >= LIST_OF) return { kind: "list", of: scalar(code - LIST_OF), itemName: "member" };
  switch (code) {
    case 1:
    case 17:
    case 19:
      return { kind: "number" };
    case 2:
      return { kind: "boolean" };
    case 4:
    case 5:
    case 6:
    case 7:
      return { kind: "time" };
    case 21:
    case 42:
      return { kind: "blob" };
    default:
      return { kind: "string" };
  }
}

function resolve(reference: SchemaReference): unknown {
  return typeof reference === "function" ? (reference as () => unknown)() : reference;
}
