import type { Verdict } from "../trust/verdict";
import { EXIT, type ExitCode, type Io } from "./io";

/* eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when used, not before */
const load = () => require("../trust/verdict") as typeof import("../trust/verdict");

const CODES: Readonly<Record<Verdict["answer"], ExitCode>> = {
  genuine: EXIT.ok,
  "not-genuine": EXIT.notGenuine,
  "not-current": EXIT.notCurrent,
};

interface Expectation {
  product?: string;
  official?: boolean;
  json?: boolean;
}

/** Prints a verdict, held against what the asker expects, and ends with its code. */
export function sayVerdict(verdict: Verdict, { product, official = false, json }: Expectation, io: Io): void {
  const { held, renderVerdict } = load();
  const answer = held(verdict, { official, ...(product !== undefined && { product }) });
  io.out(`${json ? JSON.stringify({ schemaVersion: 1, ...answer }, null, 2) : renderVerdict(answer)}\n`);
  io.exitWith(CODES[answer.answer]);
}
