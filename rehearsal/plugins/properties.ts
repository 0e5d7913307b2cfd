import type { Properties } from "../../plugin/resource";

/** The text of a property; "" for anything else. */
export function text(properties: Properties, key: string): string {
  const value = properties[key];
  return typeof value === "string" ? value : "";
}

export function asObject(value: unknown): Properties {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Properties) : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
