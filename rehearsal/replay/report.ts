import type { Difference } from "./compare";
import type { ReplayResult } from "./replay";

/** A replay's result as text: a line for each difference, then the number of comparisons. */
export function renderReplay({ replayed, left, differences }: ReplayResult, unreadable: number): string {
  const lines = differences.map(
    ({ line, exchange, ...difference }) => `line ${line}: ${exchange}: ${say(difference)}`,
  );
  const others = Object.entries({ ...left, ...(unreadable > 0 && { "no exchange": unreadable }) });
  const rest = others.map(([why, count]) => `; ${count} not replayed: ${why}`).join("");
  const found = differences.length === 0 ? "no difference" : `${differences.length} differences`;
  return `${[...lines, `${replayed} exchanges replayed, ${found}${rest}.`].join("\n")}\n`;
}

function say({ kind, at, recorded, standIn }: Difference): string {
  switch (kind) {
    case "missing":
      return `${at} (${recorded}) is missing in the stand-in's answer`;
    case "extra":
      return `${at} (${standIn}) is in the stand-in's answer alone`;
    case "status":
    case "code":
    case "type":
    case "states":
      return `${at ?? kind}: recorded ${recorded}, the stand-in ${standIn}`;
  }
}
