import { AwsError } from "./errors";
import type { Member, Operation, Structure, Type } from "./model";

/** Parameters of every Query request. */
const ENVELOPE = new Set(["Action", "Version"]);

/** A node of dotted names: `Filter.1.Value.2=x`. */
interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

/** The form fields of a Query request, body or query string. */
export function readForm(text: string): Map<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) form.set(name, value);
  return form;
}

/**
 * Parses an EC2 Query form into the operation's input, with the SDK's member names.
 * @throws AwsError UnknownParameter, MissingParameter, InvalidParameterValue: worded as EC2 does.
 */
export function readInput(form: ReadonlyMap<string, string>, operation: Operation): Record<string, unknown> {
  const root: Node = { children: new Map() };
  for (const [name, value] of form) {
    if (ENVELOPE.has(name)) continue;
    let node = root;
    for (const part of name.split(".")) {
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = { children: new Map() }));
      node = child;
    }
    node.value = value;
  }
  return readStructure(root, operation.input, "");
}

/** The name of a member in a Query request: EC2's own name, else its XML name with a capital, else its name. */
function queryName(member: Member): string {
  if (member.queryName !== undefined) return member.queryName;
  const name = member.xmlName ?? member.name;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function readStructure(node: Node, structure: Structure, at: string): Record<string, unknown> {
  const left = new Map(node.children);
  const result: Record<string, unknown> = {};
  for (const member of structure.members) {
    const name = queryName(member);
    const child = left.get(name);
    left.delete(name);
    if (child) result[member.name] = readValue(child, member.type, at + name);
    else if (member.required) {
      throw new AwsError("MissingParameter", `The request must contain the parameter ${at}${name}`);
    }
  }
  const [unknown] = left.keys();
  if (unknown !== undefined) {
    throw new AwsError("UnknownParameter", `The parameter ${at}${unknown} is not recognized`);
  }
  return result;
}

function readValue(node: Node, type: Type, at: string): unknown {
  if (type.kind === "structure") return readStructure(node, type.of(), `${at}.`);
  if (type.kind === "list") {
    return [...node.children]
      .map(([position, child]) => {
        if (!/^\d+$/.test(position)) {
          throw new AwsError("UnknownParameter", `The parameter ${at}.${position} is not recognized`);
        }
        return { position: Number(position), value: readValue(child, type.of, `${at}.${position}`) };
      })
      .sort((a, b) => a.position - b.position)
      .map(({ value }) => value);
  }
  const value = node.value ?? "";
  const [unknown] = node.children.keys();
  if (unknown !== undefined) {
    throw new AwsError("UnknownParameter", `The parameter ${at}.${unknown} is not recognized`);
  }
  switch (type.kind) {
    case "boolean":
      if (value !== "true" && value !== "false") throw invalid(value, at, "boolean");
      return value === "true";
    case "number":
      if (!/^-?\d+(\.\d+)?$/.test(value)) throw invalid(value, at, "integer");
      return Number(value);
    case "time": {
      const time = Date.parse(value);
      if (Number.isNaN(time)) throw invalid(value, at, "timestamp");
      return new Date(time);
    }
    default:
      return value;
  }
}

function invalid(value: string, at: string, wanted: string): AwsError {
  return new AwsError(
    "InvalidParameterValue",
    `Invalid value '${value}' for ${at}. Must be a valid ${wanted}.`,
  );
}
