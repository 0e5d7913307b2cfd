import type { Member, Structure, Type } from "./model";

/** Writes a response by the operation's output model; undefined members are omitted, empty lists are not. */
export function writeStructure(value: object, structure: Structure): string {
  const known = value as Record<string, unknown>;
  const unknown = Object.keys(known).find(
    (name) => !structure.members.some((member) => member.name === name),
  );
  // A typo in a handler must not silently drop a member from the response.
  if (unknown !== undefined) throw new Error(`${structure.name} has no member ${unknown}`);
  return structure.members.map((member) => writeMember(known[member.name], member)).join("");
}

export function escapeXml(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/\r/g, "&#xD;");
}

function writeMember(value: unknown, member: Member): string {
  return value === undefined || value === null
    ? ""
    : element(member.xmlName ?? member.name, writeValue(value, member.type));
}

function writeValue(value: unknown, type: Type): string {
  switch (type.kind) {
    case "structure":
      return writeStructure(value as object, type.of());
    case "list":
      return (value as unknown[]).map((item) => element(type.itemName, writeValue(item, type.of))).join("");
    case "time":
      return (value as Date).toISOString();
    case "string":
    case "number":
    case "boolean":
      return escapeXml(String(value));
    case "blob":
    case "map":
      throw new Error(`no ${type.kind} in an XML answer of EC2 or STS`);
  }
}

function element(name: string, content: string): string {
  return content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`;
}
