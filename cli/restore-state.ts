/**
 * A state truncated by a full disk. The engine's file storage renames the file even after a failed write
 * (`Bucket.WriteAll` of gocloud.dev 0.46: it closes the writer, and the checksum that it compares is of what should
 * have been written), so the truncated file replaces the state. Seen with engine 3.259 on a full file system,
 * 2026-11-29: `failed to load checkpoint: unexpected end of JSON input`, for every command from then on.
 */
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { formatBytes } from "../facts/words";
import { writeWhole } from "../clouds/write-whole";
import { backendUrl, entriesIn, folderOf } from "./backend-folder";
import { Refusal } from "./problem";
import { salvageState } from "./salvage-state";

/** Copy of the last complete state kept by `imprimatur up`, beside it under a name that the engine ignores. */
const KEPT = ".kept";
/** Marks a state that is older than the clouds. */
const BEHIND = ".behind";

/** The engine's file mode. */
const PRIVATE = 0o600;

export interface RestoredState {
  /** The truncated state. */
  readonly file: string;
  /** The file it is restored from: the truncated state itself if there is no other. */
  readonly from: string;
  /** RFC 3339: modification time of that file. */
  readonly writtenAt: string;
}

/** Path of a stack's state file; `undefined`: another kind of backend, or no such stack. */
export async function stateFileOf(stack: string): Promise<string | undefined> {
  const url = await backendUrl();
  if (!/^file:/.test(url)) return undefined;
  const names = [`${stack}.json`, `${stack}.json.gz`];
  return newestFirst(
    entriesIn(folderOf(url, "stacks"), stack)
      .filter(({ name }) => names.includes(name))
      .map(({ file }) => file),
  )[0];
}

/**
 * Restores a truncated state from the newest complete one: `imprimatur up`'s copy, the engine's previous state, or
 * its backups after each update; else from the readable part of the state itself.
 *
 * @returns `undefined`: the state is complete
 * @throws {Refusal} when there is no complete one
 * @throws {UnwritableFile} when the disk is full
 */
export async function restoreState(stack: string): Promise<RestoredState | undefined> {
  const file = await stateFileOf(stack);
  if (file === undefined || wholeText(file) !== undefined) return undefined;
  const [copy] = await wholeCopiesOf(stack, file);
  const salvaged = copy === undefined ? salvageState(textOf(file)) : undefined;
  const [from, content] =
    copy !== undefined ? [copy, readFileSync(copy)] : [file, salvaged && Buffer.from(salvaged)];
  if (!content)
    throw new Refusal(
      `${file}: the state is cut short (${formatBytes(statSync(file).size)}), and no whole copy of it is left. Put one back ` +
        "from a backup of your own; imprimatur sweep lists what the stack has in the clouds without a state",
    );
  const writtenAt = statSync(from).mtime.toISOString();
  // The mark comes first: if killed in between, the next run restores again.
  markBehind(file, writtenAt);
  putState(file, content);
  return { file, from, writtenAt };
}

/** Marks the state as older than the clouds. */
export function markBehind(file: string, writtenAt: string): void {
  writeWhole(`${file}${BEHIND}`, `${writtenAt}\n`, PRIVATE);
}

/** Replaces the state. */
export function putState(file: string, content: Buffer): void {
  writeWhole(file, content, PRIVATE);
  // They contain the checksum of the replaced file; without attributes the engine does not verify it.
  rmSync(`${file}.attrs`, { force: true });
}

/** Complete copies of a stack's state, newest first. */
export async function wholeCopiesOf(stack: string, file: string): Promise<string[]> {
  return newestFirst(await copiesOf(stack, file)).filter(isWholeState);
}

/** True if the state was restored, and no `up` since has found what else the clouds contain. */
export async function isBehind(stack: string): Promise<boolean> {
  const file = await stateFileOf(stack);
  return file !== undefined && existsSync(`${file}${BEHIND}`);
}

/** An `up` has brought the state up to date. */
export async function clearBehindMark(stack: string): Promise<void> {
  const file = await stateFileOf(stack);
  if (file !== undefined) rmSync(`${file}${BEHIND}`, { force: true });
}

/** Name of {@link StateKeeper}'s copy. */
export function copyOfState(file: string): string {
  return `${file}${KEPT}`;
}

/** True if the file is a complete state. */
export function isWholeState(file: string): boolean {
  return wholeText(file) !== undefined;
}

function wholeText(file: string): string | undefined {
  try {
    const text = textOf(file);
    const { checkpoint } = JSON.parse(text) as { checkpoint?: unknown };
    return typeof checkpoint === "object" ? text : undefined;
  } catch {
    return undefined;
  }
}

/** "": unreadable. */
function textOf(file: string): string {
  const bytes = readFileSync(file);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
  try {
    return gunzipSync(bytes).toString("utf8");
  } catch {
    return "";
  }
}

/** `.bak` beside the state; `history/<project>/<stack>/*.checkpoint.json` and `backups/<project>/<stack>/*.json` (state.go, 3.259). */
async function copiesOf(stack: string, file: string): Promise<string[]> {
  const url = await backendUrl();
  const older = (["history", "backups"] as const).flatMap((kind) =>
    entriesIn(folderOf(url, kind), undefined).filter(
      ({ name, above }) =>
        above.at(-1) === stack &&
        above.at(-2) === path.basename(path.dirname(file)) &&
        (kind === "history" ? /\.checkpoint\.json(\.gz)?$/ : /\.json(\.gz)?$/).test(name),
    ),
  );
  const beside = [copyOfState(file), `${file}.bak`].filter((each) => existsSync(each));
  return [...beside, ...older.map((entry) => entry.file)];
}

function newestFirst(files: readonly string[]): string[] {
  const writtenAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [...files].sort((a, b) => writtenAt(b) - writtenAt(a));
}
