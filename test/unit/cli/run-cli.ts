import type { Io } from "../../../cli/io";
import { run } from "../../../cli/main";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** A user at a terminal. */
export type Terminal = Pick<Io, "ask" | "styled">;

/** Runs a command line as the executable does. `onErr` receives the output to stderr, as a terminal would. */
export async function runCli(
  argv: readonly string[],
  onErr?: (text: string) => void,
  terminal: Terminal = {},
): Promise<Ran> {
  const ran = { code: -1, out: "", err: "" };
  ran.code = await run(argv, {
    out: (text) => void (ran.out += text),
    err: (text) => {
      ran.err += text;
      onErr?.(text);
    },
    interactive: onErr !== undefined,
    ...terminal,
  });
  return ran;
}
