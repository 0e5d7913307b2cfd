import { rmSync } from "node:fs";
import { backendUrl, entriesIn, type Entry, folderOf, isOwnProject, readIfThere } from "./backend-folder";
import { askEngine, runEngine } from "./engine";

/** An update in progress, as far as the backend knows. */
export interface Holder {
  readonly user?: string;
  readonly host?: string;
  /** The engine's process on that host. */
  readonly pid?: number;
  /** RFC 3339 */
  readonly since?: string;
  /** The lock file, of a backend in a folder. */
  readonly file?: string;
}

/**
 * Holders of a stack's lock. A backend in a folder has a file for each, which outlives a killed engine; one in a
 * bucket names them when the lock is requested; Pulumi Cloud only reports that there is one.
 */
export async function holdersOf(stack: string): Promise<Holder[]> {
  if (/^(file|https?):/.test(await backendUrl())) return holdersSeen(stack);
  if ((await stackListed(stack)) === undefined) return [];
  // The engine takes the lock before it checks whether the stack exists (CreateStack in pkg/backend/diy/backend.go,
  // 3.259): for an existing one nothing is created, and the refusal names the holder.
  const { stderr } = await runEngine(["stack", "init", stack, "--non-interactive"]);
  return holdersSaid(stderr);
}

/** The same for a command that only reads: a backend in a bucket names nobody, as that takes the lock for a moment. */
export async function holdersSeen(stack: string): Promise<Holder[]> {
  const url = await backendUrl();
  if (/^file:/.test(url)) return holdersIn(url, stack);
  return /^https?:/.test(url) && (await stackListed(stack))?.updateInProgress ? [{}] : [];
}

/** `created by ada@builder (pid 17) at 2026-11-28T21:00:00Z`, a line each (lock.go of the same folder). */
export function holdersSaid(text: string): Holder[] {
  const lines = text.matchAll(/: created by (\S*)@(\S*) \(pid (\d+)\) at (\S+)$/gm);
  return [...lines].map(([, user = "", host = "", pid = "", since = ""]) => ({
    ...{ user, host, pid: Number(pid), since },
  }));
}

/** Releases a lock whose holder is gone or was told to stop. */
export async function releaseLock({ file }: Holder, stack: string): Promise<void> {
  // Only this lock: someone else may hold another by now.
  if (file !== undefined) rmSync(file, { force: true });
  else await askEngine(["cancel", "--yes", "--stack", stack]);
}

/**
 * Deletes half-written files of a killed engine, or of a full disk, beside the locks and the state of a stack in a
 * folder. A blob's attributes are a second file, which is not replaced atomically, and if empty the state is
 * unreadable; an incomplete lock, or its temporary file, is held by nobody, yet stops every engine with `unexpected
 * end of JSON input` (gocloud.dev blob/fileblob and checkForLock in pkg/backend/diy/lock.go, both seen with engine
 * 3.259, 2026-11).
 *
 * @returns the deleted files
 */
export async function removeHalfWritten(stack: string): Promise<string[]> {
  const url = await backendUrl();
  if (!/^file:/.test(url)) return [];
  const attributes = entriesIn(folderOf(url, "stacks"), stack)
    .filter(({ name }) => new RegExp(`^${escaped(stack)}\\.json(\\.bak)?\\.attrs$`).test(name))
    .filter(({ file }) => readIfThere(file) === "");
  const halfLocks = () =>
    locksIn(url, stack).filter(({ name, file }) => HALF_LOCK.test(name) && !holdsJson(file));
  // A file being written is complete in a moment.
  if (halfLocks().length > 0) await new Promise((resolve) => setTimeout(resolve, SETTLED));
  const files = [...attributes, ...halfLocks()].map(({ file }) => file);
  files.forEach((file) => rmSync(file, { force: true }));
  return files;
}

/** A lock, its attributes, and their temporary files. */
const HALF_LOCK = /\.json(\.attrs)?(\.\w+\.tmp)?$/;
/** Milliseconds; writing a lock takes less. */
const SETTLED = 1_000;

function holdsJson(file: string): boolean {
  try {
    JSON.parse(readIfThere(file) ?? "{}");
    return true;
  } catch {
    return false;
  }
}

interface Listed {
  readonly name: string;
  readonly updateInProgress?: boolean;
}

/** The stack of the project in this folder. */
async function stackListed(stack: string): Promise<Listed | undefined> {
  const stacks = JSON.parse(await askEngine(["stack", "ls", "--json"])) as Listed[];
  return stacks.find(({ name }) => name === stack || name.endsWith(`/${stack}`));
}

/** `organization/<project>/<stack>/<id>.json`, one for each holder. */
function locksIn(url: string, stack: string): Entry[] {
  return entriesIn(folderOf(url, "locks"), undefined).filter(
    ({ above }) => above.at(-1) === stack && isOwnProject(above.at(-2)),
  );
}

function holdersIn(url: string, stack: string): Holder[] {
  return locksIn(url, stack)
    .filter(({ name }) => name.endsWith(".json"))
    .flatMap(({ file }) => {
      const text = readIfThere(file);
      return text === undefined ? [] : [{ ...readHolder(text), file }];
    });
}

/** A half-written file names no holder. */
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

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
