import { run } from "../../../cli/main";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line as the executable does. `onErr` sees what is written to stderr, as a terminal would. */
export async function runCli(argv: readonly string[], onErr?: (text: string) => void): Promise<Ran> {
  const ran = { code: -1, out: "", err: "" };
  ran.code = await run(argv, {
    out: (text) => void (ran.out += text),
    err: (text) => {
      ran.err += text;
      onErr?.(text);
    },
    watched: onErr !== undefined,
  });
  return ran;
}
