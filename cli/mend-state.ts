/**
 * A state that a full disk cut short. The engine's file storage goes on to the renaming after a write that failed
 * (`Bucket.WriteAll` of gocloud.dev 0.46: it closes the writer, and the checksum that it compares is of what should have been
 * written), so that the state is replaced by its own beginning. Seen with engine 3.259 on a full file system, 2026-11-29:
 * `failed to load checkpoint: unexpected end of JSON input`, of every command from then on.
 */
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { formatBytes } from "../facts/words";
import { writeWhole } from "../clouds/write-whole";
import { backendUrl, entriesIn, folderOf } from "./backend-folder";
import { Refusal } from "./problem";
import { salvageState } from "./salvage-state";

/** What `imprimatur up` keeps of the last whole state; beside it, and no name that the engine looks at. */
const KEPT = ".kept";
/** Says that the state is older than what the clouds hold. */
const BEHIND = ".behind";

/** As the engine makes them. */
const PRIVATE = 0o600;

export interface Mended {
  /** The state, which was cut short. */
  readonly file: string;
  /** Where the whole one comes from: the state itself, as far as it can be read, where there is no other. */
  readonly from: string;
  /** RFC 3339: when that one was written. */
  readonly writtenAt: string;
}

/** The file of a stack's state in a folder, as the engine left it last; `undefined`: another kind of backend, or no stack. */
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
 * Puts the last whole state in the place of one that was cut short: of what `imprimatur up` kept, of the engine's copy of before,
 * and of its copies at the end of each update, the one that was written last; else what can be read of the state itself.
 *
 * @returns `undefined`: the state is whole
 * @throws {Refusal} there is no whole one
 * @throws {UnwritableFile} there is no room for it
 */
export async function mendState(stack: string): Promise<Mended | undefined> {
  const file = await stateFileOf(stack);
  if (file === undefined || wholeText(file) !== undefined) return undefined;
  const copy = newestFirst(await copiesOf(stack, file)).find((each) => wholeText(each) !== undefined);
  const salvaged = copy === undefined ? salvageState(textOf(file)) : undefined;
  const [from, content] =
    copy !== undefined ? [copy, readFileSync(copy)] : [file, salvaged && Buffer.from(salvaged)];
  if (!content)
    throw new Refusal(
      `${file}: the state is cut short (${formatBytes(statSync(file).size)}), and no whole copy of it is left. Put one back ` +
        "from a backup of your own; imprimatur sweep lists what the stack has in the clouds without a state",
    );
  const writtenAt = statSync(from).mtime.toISOString();
  // First the mark: killed in between, the next run mends again.
  writeWhole(`${file}${BEHIND}`, `${writtenAt}\n`, PRIVATE);
  writeWhole(file, content, PRIVATE);
  // They tell the checksum of what was cut short; without any the engine takes the state as it is.
  rmSync(`${file}.attrs`, { force: true });
  return { file, from, writtenAt };
}

/** Whether the state was mended, and no `up` since then has seen what the clouds have more. */
export async function isBehind(stack: string): Promise<boolean> {
  const file = await stateFileOf(stack);
  return file !== undefined && existsSync(`${file}${BEHIND}`);
}

/** An `up` has made the state true again. */
export async function caughtUp(stack: string): Promise<void> {
  const file = await stateFileOf(stack);
  if (file !== undefined) rmSync(`${file}${BEHIND}`, { force: true });
}

/** Name of what {@link StateKeeper} keeps. */
export function keptName(file: string): string {
  return `${file}${KEPT}`;
}

/** Whether the file is a state from its beginning to its end. */
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

/** "": nothing of it can be read. */
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
  const beside = [keptName(file), `${file}.bak`].filter((each) => existsSync(each));
  return [...beside, ...older.map((entry) => entry.file)];
}

function newestFirst(files: readonly string[]): string[] {
  const writtenAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [...files].sort((a, b) => writtenAt(b) - writtenAt(a));
}
