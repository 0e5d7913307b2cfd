import { z } from "zod";
import { fingerprint } from "./fingerprint";
import { publication } from "./statement";

/** A saved plan: written by `imprimatur plan --save`; `imprimatur up --plan` does not exceed it. */
const savedPlan = z.strictObject({
  schemaVersion: z.literal(1),
  /** RFC 3339 */
  createdAt: z.string(),
  stack: z.string(),
  /** True if the preview refreshed from the clouds; `up` then does the same. */
  refreshed: z.boolean(),
  /** Guarded changes that the command line named when the plan was made. */
  allow: z.array(z.string()),
  publication,
  fingerprint,
  /** The engine's own plan, verbatim. */
  enginePlan: z.string(),
});
export type SavedPlan = z.output<typeof savedPlan>;

/** @returns the plan, or the reason it is invalid */
export function readSavedPlan(text: string): SavedPlan | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "this is not a saved plan: it is not JSON" };
  }
  const cure = "write one with imprimatur plan --save";
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version === undefined) return { problem: `this is not a saved plan; ${cure}` };
  if (version !== 1)
    return { problem: `this plan has schemaVersion ${JSON.stringify(version)}, and this version reads 1` };
  const parsed = savedPlan.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return {
    problem: `this is not a saved plan: ${issue?.path.join(".") || "the file"}: ${issue?.message}; ${cure}`,
  };
}
