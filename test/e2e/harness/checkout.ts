import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { makeCache } from "../../cache/make";
import { addCompiled } from "./compiled";

const PROJECT = path.resolve(__dirname, "../../..");

/** Files that a clone of the project would not have, or that are only for its tests. */
const LEFT_OUT = new Set([".git", ".rehearsal", "node_modules", "coverage", "dist", "test", "bench"]);

export interface Ran {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** Called with all output of the command as it arrives, and a function to end it. */
  onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export interface CheckoutOptions {
  /** With the sources, which every process compiles as it loads them; otherwise compiled once, as in the packages. */
  readonly sources?: boolean;
}

/** A copy of the project in its own folder, so that a test can write stack files and images as a user would. */
export class Checkout {
  /** Whatever the environment of the test run, a checkout keeps to its own rehearsal and cache. */
  readonly own: Readonly<Record<string, string>>;

  private constructor(readonly folder: string) {
    this.own = {
      ...{ IMPRIMATUR_REHEARSAL_DIR: path.join(folder, ".rehearsal"), NO_COLOR: "1", NODE_OPTIONS: "" },
      XDG_CACHE_HOME: makeCache(path.join(folder, ".cache")),
    };
  }

  static async create({ sources = false }: CheckoutOptions = {}): Promise<Checkout> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-e2e-"));
    for (const entry of fs.readdirSync(PROJECT)) {
      if (LEFT_OUT.has(entry)) continue;
      fs.cpSync(path.join(PROJECT, entry), path.join(folder, entry), {
        recursive: true,
        filter: (source) => !source.endsWith(".raw") && (sources || !/(?<!\.d)\.tsx?$/.test(source)),
      });
    }
    linkModules(folder);
    if (!sources) await addCompiled(folder);
    return new Checkout(folder);
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(this.path(file)), { recursive: true });
    fs.writeFileSync(this.path(file), text);
  }

  /** Runs a command in the checkout to its end. A kill ends its whole process group. */
  run(command: string, args: string[], { env, onOutput }: RunOptions = {}): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.folder,
        env: { ...process.env, ...this.own, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const kill = (signal: NodeJS.Signals) => void (child.pid && process.kill(-child.pid, signal));
      const kept = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].on("data", (chunk: Buffer) => {
          kept[name] += chunk.toString();
          onOutput?.(chunk.toString(), kill);
        });
      }
      child.on("error", reject);
      child.on("close", (status, signal) => resolve({ status, signal, ...kept }));
    });
  }

  /** `imprimatur …` as the checkout has it. */
  imprimatur(args: string[], options?: RunOptions): Promise<Ran> {
    return this.run(process.execPath, [this.path("cli", "imprimatur.js"), ...args], options);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The project's node modules, but the packages of the project itself, which are the checkout's. */
function linkModules(folder: string): void {
  const [from, to] = [path.join(PROJECT, "node_modules"), path.join(folder, "node_modules")];
  fs.mkdirSync(path.join(to, "@imprimatur"), { recursive: true });
  for (const name of fs.readdirSync(from)) {
    if (name !== "@imprimatur") fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
  fs.symlinkSync(path.join(folder, "rehearsal"), path.join(to, "@imprimatur", "rehearsal"));
  fs.symlinkSync(folder, path.join(to, "imprimatur"));
}
