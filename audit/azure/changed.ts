/** A value that differs from the stack's. */
import { type Finding, finding, type Subject } from "../finding";

export function changed(subject: Subject, field: string, expected: string, found: string): Finding[] {
  if (expected === found) return [];
  return [finding(subject, { field, expected: expected || "none", found: found || "none", kind: "changed" })];
}

export function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
