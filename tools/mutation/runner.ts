import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { Answered, Asked } from "./worker";

/** A process runs this many mutants, and is then replaced: Jest keeps some memory of each run. */
const RUNS = 40;

/** Runs tests with one mutant at a time in a process of its own, which is replaced when a mutant makes it run for ever. */
export class Runner {
  private child: ChildProcess | undefined;
  private runs = 0;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    /** Milliseconds after which a mutant is taken for one that has no end. */
    private readonly patience: number,
  ) {}

  /** @returns whether a test fails, or has no end, with this mutant */
  async kills(asked: Asked): Promise<boolean> {
    if (this.runs++ % RUNS === 0) this.end();
    const child = (this.child ??= await this.start());
    return new Promise((resolve) => {
      const done = (killed: boolean) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(killed);
      };
      const lost = () => {
        this.child = undefined;
        done(true);
      };
      const timer = setTimeout(() => child.kill("SIGKILL"), this.patience);
      child.once("message", ({ killed }: Answered) => done(killed));
      child.once("exit", lost);
      child.send(asked);
    });
  }

  /** A process that could not load Jest would look like one that every change ends. */
  private start(): Promise<ChildProcess> {
    const child = fork(path.join(__dirname, "worker.ts"), {
      env: this.environment,
      stdio: ["ignore", "ignore", 2, "ipc"],
    });
    return new Promise((resolve, reject) => {
      child.once("message", () => {
        child.removeAllListeners();
        resolve(child);
      });
      child.once("exit", () => reject(new Error("the process that runs Jest could not be started")));
    });
  }

  end(): void {
    this.child?.kill();
    this.child = undefined;
  }
}
