import { z } from "zod";
import { fingerprint } from "./fingerprint";
import { publication } from "./statement";

/** A plan in a file: what `imprimatur plan --save` writes and `imprimatur up --plan` will not exceed. */
export const savedPlan = z.strictObject({
  schemaVersion: z.literal(1),
  /** RFC 3339 */
  createdAt: z.string(),
  stack: z.string(),
  /** Whether the clouds were asked, so that the same is done before `up`. */
  refreshed: z.boolean(),
  /** Guarded changes that the command line named when the plan was made. */
  allow: z.array(z.string()),
  publication,
  fingerprint,
  /** The engine's own plan, as it wrote it. */
  enginePlan: z.string(),
});
export type SavedPlan = z.output<typeof savedPlan>;

/** @returns the plan, or why the text is none */
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
