import { spawn, type SpawnOptions } from "node:child_process";
import { putEngineOnPath } from "./engine-folder";
import { Refusal } from "./problem";

/** The engine's exit, and its captured output. */
interface EngineRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface EngineOptions {
  /** Working directory; default: the current one. */
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * `capture` (default) keeps both streams; `show` attaches the engine to this terminal, with its stdout on stderr;
   * `inherit` leaves all of it to the engine.
   */
  readonly output?: "capture" | "show" | "inherit";
}

const STDIO: Readonly<Record<NonNullable<EngineOptions["output"]>, SpawnOptions["stdio"]>> = {
  capture: ["ignore", "pipe", "pipe"],
  show: ["inherit", 2, 2],
  inherit: "inherit",
};

/**
 * Runs `pulumi` to its end. A Ctrl-C in the terminal also reaches the engine, which stops gracefully; this process
 * waits.
 *
 * @throws {Refusal} when there is no engine, and none can be had
 */
export async function runEngine(args: readonly string[], options: EngineOptions = {}): Promise<EngineRun> {
  await putEngineOnPath();
  const { cwd, env, output = "capture" } = options;
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...args], { cwd, env: { ...process.env, ...env }, stdio: STDIO[output] });
    const kept = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (chunk: string) => void (kept[name] += chunk));
    }
    const waitForEngine = () => undefined;
    process.on("SIGINT", waitForEngine);
    child.on("error", (error: NodeJS.ErrnoException) => {
      process.off("SIGINT", waitForEngine);
      reject(error);
    });
    child.on("close", (status, signal) => {
      process.off("SIGINT", waitForEngine);
      resolve({ status: signal ? 130 : (status ?? 1), ...kept });
    });
  });
}

/**
 * Output of an engine command that should not fail.
 *
 * @throws {NoSuchStack} when the stack does not exist
 * @throws {Refusal} with the engine's own last line
 */
export async function askEngine(args: readonly string[], options: EngineOptions = {}): Promise<string> {
  const run = await runEngine([...args, "--non-interactive"], options);
  if (run.status === 0) return run.stdout;
  const said = lastWords(run);
  const Problem = /^there is no stack /.test(said) ? NoSuchStack : Refusal;
  throw new Problem(`pulumi ${args.slice(0, 2).join(" ")}: ${said}`);
}

/** The backend has no stack of this name. */
export class NoSuchStack extends Refusal {
  override name = "NoSuchStack";
}

/** The engine's messages (3.259), reworded with a cure in terms of this program. */
const CURES: readonly [says: RegExp, better: string][] = [
  // A backend in a folder: leftovers of a killed engine or a full disk (lock.ts, restore-state.ts).
  [
    /^failed to load checkpoint: (.*: )?(EOF|unexpected end of JSON input|invalid character .*)$/,
    "$&; an engine that was killed or a full disk left the state half written: imprimatur recover mends it",
  ],
  [
    /^no Pulumi\.yaml project file found .*$/,
    "there is no Pulumi.yaml here; run this in the project's folder",
  ],
  [/^no stack selected; .*$/, "no stack is selected; name one with --stack, or run `pulumi stack select`"],
  [
    /^no stack named '([^']*)' found$/,
    "there is no stack $1 in this backend; `pulumi stack ls` lists them, `pulumi stack init $1` makes it",
  ],
  [
    /^.*incorrect passphrase.*$/,
    "the passphrase is not the stack's; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the one that it was made with",
  ],
];

/**
 * How the engine refuses a state whose resources contradict each other (`getSnapshot` of pkg/backend/diy/state.go and
 * pkg/backend/httpstate/state.go; `SnapshotIntegrityErrorf`), with advice and a stack trace around it, or one that it
 * cannot read at all (`DeserializeResource` of pkg/resource/stack/deployment.go). All of 3.259.
 */
const BROKEN_STATE: readonly RegExp[] = [
  /snapshot integrity failure; refusing to use it: (.+)$/m,
  /^error: (resource .*missing required '\w+' field)$/m,
];

/** Why the engine refuses the state; `undefined`: it does not. */
export function brokenStateSaid(stderr: string): string | undefined {
  return BROKEN_STATE.map((pattern) => pattern.exec(stderr)?.[1]).find((reason) => reason !== undefined);
}

/** Go's own words for a crash, and those of `panicHandler` in pkg's cmd/pulumi/main.go, 3.259; a stack trace follows. */
const CRASH = /^(?:Panic:|panic:|fatal error:)\s+(.+)$/m;

/** The last line of the engine's error output; of a crash or a broken state, its reason and what helps. */
export function lastWords({ status, stderr }: EngineRun): string {
  const broken = brokenStateSaid(stderr);
  if (broken !== undefined)
    return `the state is broken: ${broken}; imprimatur recover mends it, and keeps what the clouds hold`;
  const [, crash] = (/^goroutine \d+ /m.test(stderr) && CRASH.exec(stderr)) || [];
  if (crash !== undefined)
    return (
      `the engine crashed: ${crash.trim()}; run the same command again, which clears up after it. If it crashes again, run ` +
      "`imprimatur pulumi preview`, and give what it says to github.com/pulumi/pulumi/issues"
    );
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const said = line.replace(/^error: /, "") || `exit ${status}`;
  const [says, better] = CURES.find(([pattern]) => pattern.test(said)) ?? [];
  return says === undefined || better === undefined ? said : said.replace(says, better);
}
