import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { askEngine, runEngine } from "./engine";

/** Who updates a stack, as far as its backend tells. */
export interface Holder {
  readonly user?: string;
  readonly host?: string;
  /** The engine's process on that host. */
  readonly pid?: number;
  /** RFC 3339 */
  readonly since?: string;
  /** The lock itself, of a backend in a folder. */
  readonly file?: string;
}

/**
 * Who is updating a stack. A backend in a folder keeps a file for each holder, which outlives an engine that was killed; one in
 * a bucket names them when somebody else wants the lock; Pulumi Cloud says only that there is one.
 */
export async function holdersOf(stack: string): Promise<Holder[]> {
  const url = await backendUrl();
  if (/^file:/.test(url)) return holdersIn(url, stack);
  const listed = await stackListed(stack);
  if (/^https?:/.test(url)) return listed?.updateInProgress ? [{}] : [];
  if (listed === undefined) return [];
  // The engine takes the lock before it looks whether there is such a stack (CreateStack in pkg/backend/diy/backend.go,
  // 3.259): where there is one nothing is made, and the refusal names who has the lock.
  const { stderr } = await runEngine(["stack", "init", stack, "--non-interactive"]);
  return holdersSaid(stderr);
}

/** `created by ada@builder (pid 17) at 2026-11-28T21:00:00Z`, a line each (lock.go of the same folder). */
export function holdersSaid(text: string): Holder[] {
  const lines = text.matchAll(/: created by (\S*)@(\S*) \(pid (\d+)\) at (\S+)$/gm);
  return [...lines].map(([, user = "", host = "", pid = "", since = ""]) => ({
    ...{ user, host, pid: Number(pid), since },
  }));
}

/** Takes a lock away whose holder is gone or was told to go. */
export async function releaseLock({ file }: Holder, stack: string): Promise<void> {
  // This one alone: by now somebody else may have another.
  if (file !== undefined) rmSync(file, { force: true });
  else await askEngine(["cancel", "--yes", "--stack", stack]);
}

/**
 * Deletes what a killed engine leaves of a blob's attributes in a folder, if that is empty: they are a second file, which is not
 * replaced in one step (gocloud.dev blob/fileblob, seen with engine 3.259, 2026-11), and nothing reads the state then.
 *
 * @returns the files
 */
export async function removeEmptyAttributes(stack: string): Promise<string[]> {
  const url = await backendUrl();
  const folder = /^file:/.test(url) ? folderOf(url, "stacks") : undefined;
  if (folder === undefined) return [];
  const empty = entriesIn(folder, stack)
    .filter(({ name }) => new RegExp(`^${escaped(stack)}\\.json(\\.bak)?\\.attrs$`).test(name))
    .map(({ file }) => file)
    .filter((file) => readFileSync(file, "utf8") === "");
  empty.forEach((file) => rmSync(file, { force: true }));
  return empty;
}

async function backendUrl(): Promise<string> {
  const given = process.env.PULUMI_BACKEND_URL;
  if (given) return given;
  const { url = "" } = JSON.parse(await askEngine(["whoami", "--json"])) as { url?: string };
  return url;
}

interface Listed {
  readonly name: string;
  readonly updateInProgress?: boolean;
}

/** Of the project in this folder. */
async function stackListed(stack: string): Promise<Listed | undefined> {
  const stacks = JSON.parse(await askEngine(["stack", "ls", "--json"])) as Listed[];
  return stacks.find(({ name }) => name === stack || name.endsWith(`/${stack}`));
}

/** `organization/<project>/<stack>/<id>.json`, one for each holder. */
function holdersIn(url: string, stack: string): Holder[] {
  const folder = folderOf(url, "locks");
  if (folder === undefined) return [];
  return entriesIn(folder, undefined)
    .filter(({ name, above }) => name.endsWith(".json") && above.at(-1) === stack && isOurs(above.at(-2)))
    .flatMap(({ file }) => {
      const text = readIfThere(file);
      return text === undefined ? [] : [{ ...readHolder(text), file }];
    });
}

/** A file that a killed engine left half written names nobody. */
function readHolder(text: string): Holder {
  try {
    const { pid, username, hostname, timestamp } = JSON.parse(text) as Record<string, unknown>;
    return {
      ...(typeof username === "string" && { user: username }),
      ...(typeof hostname === "string" && { host: hostname }),
      ...(typeof pid === "number" && { pid }),
      ...(typeof timestamp === "string" && { since: timestamp }),
    };
  } catch {
    return {};
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Another project may have a stack of the same name in the same backend. */
function isOurs(project: string | undefined): boolean {
  const own = projectName();
  return own === undefined || project === own;
}

/** Of the project in this folder. */
export function projectName(): string | undefined {
  const text = readIfThere("Pulumi.yaml");
  const { name } = ((text && parseDocument(text).toJS()) || {}) as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}

interface Entry {
  readonly file: string;
  readonly name: string;
  /** Names of the folders above it. */
  readonly above: readonly string[];
}

/** @param stack given: only files in the folder of our project */
function entriesIn(folder: string, stack: string | undefined): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((entry): Entry => {
      const parts = entry.split(path.sep);
      return { file: path.join(folder, entry), name: parts.at(-1) ?? "", above: parts.slice(0, -1) };
    })
    .filter(({ above }) => stack === undefined || isOurs(above.at(-1)));
}

/** The engine takes `file://~`, `file://.` and `file://./x` too, which are no URLs for Node. */
function folderOf(url: string, kind: "locks" | "stacks"): string | undefined {
  const [bare = ""] = url.split("?");
  const rest = decodeURIComponent(bare.slice("file://".length));
  const base = rest.startsWith("~") ? path.join(process.env.HOME ?? "/", rest.slice(1)) : path.resolve(rest);
  const folder = path.join(base, ".pulumi", kind);
  return existsSync(folder) ? folder : undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
