/**
 * What was waited for, of the whole of an `up`: the provider's process notes it in a file that the command names which started the
 * engine, and that command sums it up. Where nobody names one nothing is noted.
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

/** A line that cannot be written makes a sum too small, and nothing else. */
export function noteWait(wait: Wait, env: NodeJS.ProcessEnv = process.env): void {
  const file = env[WAITS_VARIABLE];
  if (!file || wait.to <= wait.from) return;
  try {
    appendFileSync(file, `${JSON.stringify(wait)}\n`);
  } catch {
    // See above.
  }
}

/** What was noted; nothing where there is no file. A line that was cut off is left out. */
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

/** Less is nothing to speak of, milliseconds. */
const LEAST = 1000;
/** A line is for people: more than these are counted. */
const MOST_TOLD = 4;

/**
 * `waited 3 min 12 s in all: 2 min 2 s for AWS's copies into eu-west-1, 1 min 10 s for throttling by Azure`; undefined: less than a
 * second. Of two waits at the same time the whole counts one, so that the parts can be more than the whole.
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

/** Milliseconds in which at least one of them lasted. */
function covered(waits: readonly Wait[]): number {
  let sum = 0;
  let end = -Infinity;
  for (const { from, to } of [...waits].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
