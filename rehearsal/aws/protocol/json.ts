import { AwsError } from "./errors";
import type { Structure, Type } from "./model";

/** Checks a JSON input against its model: no unknown members, right types, all required ones present. */
export function checkInput(value: unknown, structure: Structure, at = ""): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(at, "structure");
  const given = value as Record<string, unknown>;
  const known = new Map(structure.members.map((member) => [member.name, member]));
  for (const [name, item] of Object.entries(given)) {
    const member = known.get(name);
    // AWS itself accepts this; a rehearsal should detect the typo.
    if (!member) throw new AwsError("ValidationException", `Unknown parameter ${at}${name}`);
    if (item !== null && item !== undefined) checkValue(item, member.type, at + name);
  }
  for (const member of structure.members) {
    if (member.required && (given[member.name] ?? undefined) === undefined) {
      throw new AwsError(
        "ValidationException",
        `1 validation error detected: Value null at '${at}${lowerFirst(member.name)}' failed to satisfy constraint: Member must not be null`,
      );
    }
  }
}

function checkValue(value: unknown, type: Type, at: string): void {
  switch (type.kind) {
    case "structure":
      return checkInput(value, type.of(), `${at}.`);
    case "list":
      if (!Array.isArray(value)) throw wrongType(at, "list");
      return value.forEach((item, position) => checkValue(item, type.of, `${at}[${position}]`));
    case "map":
      if (typeof value !== "object") throw wrongType(at, "map");
      return;
    case "time":
    case "number":
      if (typeof value !== "number") throw wrongType(at, "number");
      return;
    case "boolean":
      if (typeof value !== "boolean") throw wrongType(at, "boolean");
      return;
    case "string":
    case "blob":
      if (typeof value !== "string") throw wrongType(at, "string");
  }
}

function wrongType(at: string, wanted: string): AwsError {
  return new AwsError("SerializationException", `${at || "The request body"} is not a ${wanted}`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
