import { spawn, type SpawnOptions } from "node:child_process";
import { PROJECT } from "../place";
import { quietLog } from "./quiet-log";

/** The engine's command line on one stack, in the environment of the rehearsal. */
export class Engine {
  private interrupted = false;

  constructor(
    private readonly stack: string,
    private readonly env: Record<string, string>,
  ) {}

  async hasStack(): Promise<boolean> {
    const listed = await this.capture(["stack", "ls", "--json"]);
    const names = (JSON.parse(listed) as { name: string }[]).map(({ name }) => name.split("/").at(-1));
    return names.includes(this.stack);
  }

  /** Creates the stack if missing, without selecting it: the user's selected stack stays. */
  async ensureStack(): Promise<void> {
    if (!(await this.hasStack())) await this.capture(["stack", "init", this.stack, "--no-select"]);
  }

  /** Names of the resources in the state. */
  async resourceNames(): Promise<string[]> {
    const state = await this.capture(["stack", "export", "--stack", this.stack]);
    const { resources = [] } =
      (JSON.parse(state) as { deployment?: { resources?: { urn: string }[] } }).deployment ?? {};
    return resources.map(({ urn }) => urn.split("::").at(-1) ?? "");
  }

  /** `pulumi up`, with the engine's own display: a tree on a terminal, a line per resource elsewhere. */
  async up(): Promise<void> {
    const args = [
      "up",
      "--yes",
      "--skip-preview",
      "--suppress-outputs",
      "--suppress-permalink=true",
      "--stack",
      this.stack,
    ];
    const { status } = isTerminal()
      ? await this.run(args, { stdio: ["inherit", 2, 2] })
      : await this.run([...args, "--non-interactive"], {}, printed());
    if (this.interrupted) throw new Error("interrupted; npm start goes on where this ended");
    if (status !== 0) throw new Error(`pulumi up stopped (exit ${status}); what it said is above`);
  }

  /** The stack's outputs. */
  async outputs(): Promise<unknown> {
    return JSON.parse(await this.capture(["stack", "output", "--json", "--stack", this.stack]));
  }

  private async capture(args: string[]): Promise<string> {
    const kept = { out: "", err: "" };
    const keep = (name: keyof typeof kept) => (chunk: Buffer) => void (kept[name] += chunk.toString());
    const { status } = await this.run(
      [...args, "--non-interactive"],
      {},
      { out: keep("out"), err: keep("err") },
    );
    if (status === 0) return kept.out;
    throw new Error(`pulumi ${args.slice(0, 2).join(" ")}: ${kept.err.trim().split("\n").at(-1) ?? ""}`);
  }

  private run(
    args: string[],
    options: SpawnOptions,
    listener?: Listener,
  ): Promise<{ status: number | null }> {
    return new Promise((resolve, reject) => {
      const child = spawn("pulumi", args, {
        cwd: PROJECT,
        env: { ...process.env, ...this.env },
        stdio: ["ignore", "pipe", "pipe"],
        ...options,
      });
      if (listener) {
        child.stdout?.on("data", listener.out);
        child.stderr?.on("data", listener.err);
      }
      // A terminal sends Ctrl-C to the engine too, which stops gracefully; this process waits for that.
      const waitForEngine = () => void (this.interrupted = true);
      process.on("SIGINT", waitForEngine);
      child.on("error", reject);
      child.on("close", (status) => {
        process.off("SIGINT", waitForEngine);
        resolve({ status });
      });
    });
  }
}

/** True if the engine would draw its tree: on a dumb terminal it prints many lines. */
function isTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY && !["", "dumb"].includes(process.env["TERM"] ?? "");
}

interface Listener {
  out: (chunk: Buffer) => void;
  err: (chunk: Buffer) => void;
}

/** The engine's lines on stderr, without those that need a terminal. */
function printed(): Listener {
  const shorten = quietLog();
  let rest = "";
  return {
    out: (chunk) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.map(shorten)) if (line !== undefined) process.stderr.write(`${line}\n`);
    },
    err: (chunk) => void process.stderr.write(chunk),
  };
}
