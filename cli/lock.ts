import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { askEngine } from "./engine";

/**
 * Who is updating a stack, in words; `undefined`: nobody, as far as can be known. Pulumi Cloud says so in the list of
 * stacks; a backend in a folder keeps a file for it, which outlives an engine that was killed. Of backends in a bucket
 * nothing is known.
 */
export async function holderOf(stack: string): Promise<string | undefined> {
  const stacks = JSON.parse(await askEngine(["stack", "ls", "--json"])) as {
    name: string;
    updateInProgress?: boolean;
  }[];
  const listed = stacks.find(({ name }) => name === stack || name.endsWith(`/${stack}`));
  if (listed?.updateInProgress) return "an update is in progress";
  const { url } = JSON.parse(await askEngine(["whoami", "--json"])) as { url?: string };
  const folder = url?.startsWith("file://") ? locksIn(url) : undefined;
  return folder !== undefined && isLocked(folder, stack)
    ? `an update holds its lock in ${folder}`
    : undefined;
}

function locksIn(url: string): string | undefined {
  const folder = path.join(url.startsWith("file://~") ? homeIn(url) : fileURLToPath(url), ".pulumi", "locks");
  return existsSync(folder) ? folder : undefined;
}

/** `file://~` and `file://~/x`, which are no URLs for Node. */
function homeIn(url: string): string {
  return path.join(process.env.HOME ?? "/", url.slice("file://~".length));
}

/** `organization/<project>/<stack>/<id>.json`, one for each holder. */
function isLocked(folder: string, stack: string): boolean {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).some((entry) => {
    const parts = entry.split(path.sep);
    return parts.at(-1)?.endsWith(".json") === true && parts.at(-2) === stack;
  });
}
