import { spawn } from "node:child_process";
import { productCommand, PROJECT } from "../place";

/** Outcome of a command; `status` is null after a signal. */
interface Ran {
  readonly status: number | null;
  /** Both without white space at their ends. */
  readonly out: string;
  readonly err: string;
}

/**
 * Runs `imprimatur` in the project, as its users do.
 *
 * @throws when it cannot be started
 */
export function runProduct(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [productCommand(), ...args], {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, out: out.trim(), err: err.trim() }));
  });
}
