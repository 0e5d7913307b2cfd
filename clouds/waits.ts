/**
 * Waits during a whole `up`: the provider's process appends them to a file named by the command that started the
 * engine, which sums them up. Without such a file nothing is recorded.
 */
import { formatSeconds } from "../facts/words";
import { appendFileSync, readFileSync } from "node:fs";

/** Path of the file. */
export const WAITS_VARIABLE = "IMPRIMATUR_WAITS";

export interface Wait {
  /** `throttling by Azure` */
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** An unwritable line only makes the sum too small. */
export function noteWait(wait: Wait, env: NodeJS.ProcessEnv = process.env): void {
  const file = env[WAITS_VARIABLE];
  if (!file || wait.to <= wait.from) return;
  try {
    appendFileSync(file, `${JSON.stringify(wait)}\n`);
  } catch {
    // See above.
  }
}

/** Recorded waits; none without a file. A truncated line is ignored. */
export function readWaits(file: string): Wait[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Wait];
    } catch {
      return [];
    }
  });
}

/** Shorter waits are not reported, milliseconds. */
const LEAST = 1000;
/** Maximum number of waits in a line; the others are counted. */
const MOST_TOLD = 4;

/**
 * `waited 3 min 12 s in all: 2 min 2 s for AWS's copies into eu-west-1, 1 min 10 s for throttling by Azure`;
 * undefined: less than a second. Overlapping waits count once in the total, so that the parts can exceed it.
 */
export function describeWaits(waits: readonly Wait[]): string | undefined {
  const whole = covered(waits);
  if (whole < LEAST) return undefined;
  const whats = [...new Set(waits.map(({ what }) => what))];
  const parts = whats
    .map((what) => ({ what, time: covered(waits.filter((wait) => wait.what === what)) }))
    .filter(({ time }) => time >= LEAST)
    .sort((a, b) => b.time - a.time);
  const told = parts.slice(0, MOST_TOLD).map(({ what, time }) => `${seconds(time)} for ${what}`);
  const rest = parts.length - told.length;
  const atOnce = parts.reduce((sum, { time }) => sum + time, 0) > whole + LEAST ? " (some at once)" : "";
  const list = [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
  return `waited ${seconds(whole)} in all${list ? `${atOnce}: ${list}` : ""}`;
}

function seconds(milliseconds: number): string {
  return formatSeconds(Math.round(milliseconds / 1000));
}

/** Milliseconds covered by at least one of them. */
function covered(waits: readonly Wait[]): number {
  let sum = 0;
  let end = -Infinity;
  for (const { from, to } of [...waits].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
