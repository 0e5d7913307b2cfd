import { readFileSync } from "node:fs";
import path from "node:path";
import { type Preview, readPreview } from "../../../plan/preview";
import { publicationOf } from "../../../plan/publication";
import type { Publication, Statement } from "../../../plan/statement";

/**
 * A preview by the engine of two releases on three clouds, without the parts that a plan does not read: of each step
 * its op, URN, differences and the inputs that plan/ names. Recorded with 3.259 by `pulumi preview --json` in a
 * rehearsal.
 */
export function recordedText(name: string): string {
  return readFileSync(path.join(__dirname, "fixtures", `${name}.json`), "utf8");
}

export function recorded(name: string): Preview {
  const preview = readPreview(recordedText(name));
  if (preview === undefined) throw new Error(`${name} is no preview`);
  return preview;
}

export function recordedPublication(name: string, allow: readonly string[] = []): Publication {
  return publicationOf(recorded(name), "lab2", allow);
}

/** `aws make-public 20261120.0 [eu-central-1]`, to compare in tables. */
export function brief({ kind, cloud = "", release = "", regions = [] }: Statement): string {
  return [cloud || "-", kind, release, regions.length > 0 && `[${regions.join(" ")}]`]
    .filter(Boolean)
    .join(" ");
}
