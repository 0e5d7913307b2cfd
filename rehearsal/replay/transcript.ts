/**
 * A transcript in the format of `IMPRIMATUR_TRANSCRIPT`: a line of JSON for each exchange. Other lines are skipped,
 * and counted.
 */
import fs from "node:fs";
import { CLOUDS } from "../clouds";

export interface Exchange {
  readonly cloud: string;
  readonly service: string;
  readonly region?: string;
  readonly operation?: string;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly attempt: number;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown };
  readonly status?: number;
  readonly answer?: { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown };
  readonly failure?: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** The supported schema. */
const SCHEMA = 1;

/** @throws Error when the file is missing, or contains no exchange */
export function readTranscript(file: string): { exchanges: Exchange[]; unreadable: number } {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(
      `${file}: it cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"}); check the path`,
      {
        cause: error,
      },
    );
  }
  const lines = text.split("\n").map((line, index) => [line, index + 1] as const);
  const filled = lines.filter(([line]) => line.trim() !== "");
  const exchanges = filled.flatMap(([line, number]) => exchangeIn(line, number));
  if (exchanges.length === 0)
    throw new Error(
      `${file}: no line of it is an exchange; give a file that IMPRIMATUR_TRANSCRIPT or --transcript named`,
    );
  return { exchanges, unreadable: filled.length - exchanges.length };
}

function exchangeIn(line: string, number: number): Exchange[] {
  try {
    const read = JSON.parse(line) as Exchange & { schema?: number };
    const isWhole =
      read.schema === SCHEMA &&
      Object.hasOwn(CLOUDS, read.cloud) &&
      typeof read.method === "string" &&
      typeof read.path === "string" &&
      typeof read.request?.headers === "object";
    return isWhole ? [{ ...read, line: number }] : [];
  } catch {
    return [];
  }
}

/** `CompleteSnapshot`, or method and path without names. */
export function nameOf({ operation, method, path }: Exchange): string {
  return operation ?? `${method} ${path.replace(/<[^<>]*>/g, "*")}`;
}
