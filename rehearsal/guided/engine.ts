import { spawn } from "node:child_process";
import { PROJECT } from "../place";

/** The engine's command line on one stack, in the environment of the rehearsal. */
export class Engine {
  constructor(
    private readonly stack: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Makes the stack if it is not there. It is not selected: what the user works on stays what it was. */
  async ensureStack(): Promise<void> {
    const listed = await this.capture(["stack", "ls", "--json"], false);
    const names = (JSON.parse(listed) as { name: string }[]).map(({ name }) => name.split("/").at(-1));
    if (!names.includes(this.stack)) await this.capture(["stack", "init", this.stack, "--no-select"], false);
  }

  /** `pulumi up`, with what the engine itself shows: a moving tree on a terminal, a line per resource elsewhere. */
  async up(): Promise<void> {
    const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink", "true"];
    const { status } = await this.start([...args, "--stack", this.stack], "inherit");
    if (status !== 0) throw new Error(`pulumi up stopped (exit ${status}); what it said is above`);
  }

  /** The stack's outputs. */
  async outputs(): Promise<unknown> {
    return JSON.parse(await this.capture(["stack", "output", "--json"], true));
  }

  private async capture(args: string[], onStack: boolean): Promise<string> {
    const { status, stdout, stderr } = await this.start(
      onStack ? [...args, "--stack", this.stack] : args,
      "pipe",
    );
    if (status === 0) return stdout;
    const reason = stderr.trim().split("\n").at(-1) ?? "";
    throw new Error(`pulumi ${args.slice(0, 2).join(" ")}: ${reason}`);
  }

  private start(args: string[], output: "inherit" | "pipe") {
    return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve, reject) => {
      const child = spawn("pulumi", [...args, "--non-interactive"].filter(keepFor(output)), {
        cwd: PROJECT,
        env: { ...process.env, ...this.env },
        stdio: ["ignore", output === "inherit" ? 2 : "pipe", output === "inherit" ? 2 : "pipe"],
      });
      let stdout = "";
      let stderr = "";
      child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      // A terminal sends Ctrl-C to the engine too, which ends what it is doing in order; this process waits for that.
      const waitForEngine = () => undefined;
      process.on("SIGINT", waitForEngine);
      child.on("error", reject);
      child.on("close", (status) => {
        process.off("SIGINT", waitForEngine);
        resolve({ status, stdout, stderr });
      });
    });
  }
}

/** On a terminal the engine's moving display is wanted, which --non-interactive would turn off. */
function keepFor(output: "inherit" | "pipe") {
  return (arg: string) => !(arg === "--non-interactive" && output === "inherit" && process.stderr.isTTY);
}
