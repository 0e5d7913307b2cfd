/** The account known to `az`, read from its local file without a request to a cloud. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** `undefined`: `az` is not installed, or not logged in. */
export async function subscriptionOfAz(): Promise<string | undefined> {
  try {
    const args = ["account", "show", "--query", "id", "--output", "tsv"];
    const { stdout } = await promisify(execFile)("az", args, { timeout: 60_000 });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
