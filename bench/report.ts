import type { Run } from "./measure";

/** Results of one row. */
export interface Result {
  readonly name: string;
  readonly job: string;
  readonly anchor: string;
  /** Name of the disk; empty: none. */
  readonly input: string;
  /** Of the medians of wall time, at most. */
  readonly goal?: number;
  readonly ours: readonly Run[];
  readonly theirs: readonly Run[];
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? NaN, sorted[sorted.length >> 1] ?? NaN];
  return (low + high) / 2;
}

const of = (runs: readonly Run[], member: keyof Run) => runs.map((run) => run[member]);

/** Ratio of the medians, ours to theirs. */
export function ratio({ ours, theirs }: Pick<Result, "ours" | "theirs">, member: keyof Run): number {
  return median(of(ours, member)) / median(of(theirs, member));
}

const HEAD = ["", "wall s min/median/max", "CPU s", "MiB memory", "MiB read", "MiB written"];

/** A block of lines for each row. */
export function render(result: Result): string {
  const { name, job, anchor, input, goal, ours, theirs, note } = result;
  const wall = ratio(result, "seconds");
  const verdict = goal === undefined ? "" : `, goal ${goal}: ${wall <= goal ? "met" : "missed"}`;
  const lines = [
    `${name}: ${job}${input === "" ? "" : ` (${input})`}`,
    ...table([HEAD, cells("imprimatur", ours), cells(anchor, theirs)]),
    `  ratio: wall ${wall.toFixed(2)}${verdict}; CPU ${ratio(result, "cpu").toFixed(2)}${note === undefined ? "" : `; ${note}`}`,
  ];
  return `${lines.join("\n")}\n`;
}

function cells(who: string, runs: readonly Run[]): string[] {
  const wall = of(runs, "seconds");
  const spread = [Math.min(...wall), median(wall), Math.max(...wall)].map((value) => value.toFixed(2));
  const rest = (["memory", "read", "written"] as const).map((member) => median(of(runs, member)).toFixed(0));
  return [who, spread.join(" / "), median(of(runs, "cpu")).toFixed(2), ...rest];
}

function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd());
}
