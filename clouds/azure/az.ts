/** What `az` knows of its account; it reads a file of its own and asks no cloud. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** `undefined`: there is no `az`, or nobody is logged in. */
export async function subscriptionOfAz(): Promise<string | undefined> {
  try {
    const args = ["account", "show", "--query", "id", "--output", "tsv"];
    const { stdout } = await promisify(execFile)("az", args, { timeout: 60_000 });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
