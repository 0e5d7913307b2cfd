import { spawn } from "node:child_process";
import { join } from "node:path";
import { productCommand, PROJECT } from "../place";

/** What came of building the catalogue: the last line of its output, or why there is none. */
export type BuiltCatalogue = { readonly line: string } | { readonly problem: string };

/**
 * The site of what was published, as `imprimatur catalogue build` makes it. It is beside the point of a publication:
 * a failure is told, and ends nothing.
 *
 * @param key the public key, relative to the project
 */
export function buildCatalogue(
  env: Readonly<Record<string, string>>,
  { product, stack, key, folder }: { product: string; stack: string; key: string; folder: string },
): Promise<BuiltCatalogue> {
  const args = ["catalogue", "build", "--key", key, "--stack", stack, "--records", `records/${product}`];
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [productCommand(), ...args, "--output", join(folder, "catalogue")],
      {
        cwd: PROJECT,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", (error) => resolve({ problem: error.message }));
    child.on("close", (status) =>
      resolve(status === 0 ? { line: out.trim() } : { problem: err.trim() || `exit ${status}` }),
    );
  });
}
