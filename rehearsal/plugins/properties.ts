import type { Properties } from "../../plugin/resource";

/** The text of a property; "" for anything else. */
export function text(properties: Properties, key: string): string {
  const value = properties[key];
  return typeof value === "string" ? value : "";
}

export function isObject(value: unknown): value is Properties {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function asObject(value: unknown): Properties {
  return isObject(value) ? value : {};
}

/** Tags and labels: the members of an object that are texts. */
export function asTexts(value: unknown): Record<string, string> {
  const members = Object.entries(asObject(value));
  return Object.fromEntries(
    members.filter((member): member is [string, string] => typeof member[1] === "string"),
  );
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
