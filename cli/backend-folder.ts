/** A backend in a folder (`file://…`), and a stack's files in it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { readText } from "../facts/read-file";
import { askEngine } from "./engine";

/** URL of the engine's backend. */
export async function backendUrl(): Promise<string> {
  const given = process.env.PULUMI_BACKEND_URL;
  if (given) return given;
  const folder = process.cwd();
  const known = loggedIn.get(folder);
  if (known !== undefined) return known;
  const { url = "" } = JSON.parse(await askEngine(["whoami", "--json"])) as { url?: string };
  loggedIn.set(folder, url);
  return url;
}

/** Cached by project folder: the engine takes a second to answer. */
const loggedIn = new Map<string, string>();

/** `undefined`: the file does not exist. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Another project may have a stack of the same name in the same backend. */
export function isOwnProject(project: string | undefined): boolean {
  const own = projectName();
  return own === undefined || project === own;
}

/** Name of the project in this folder. */
export function projectName(): string | undefined {
  const text = existsSync("Pulumi.yaml") ? readText("Pulumi.yaml") : undefined;
  const { name } = ((text && parseDocument(text).toJS()) || {}) as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}

export interface Entry {
  readonly file: string;
  readonly name: string;
  /** Names of its parent folders. */
  readonly above: readonly string[];
}

/** @param stack given: only files in this project's folder */
export function entriesIn(folder: string | undefined, stack: string | undefined): Entry[] {
  if (folder === undefined) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((entry): Entry => {
      const parts = entry.split(path.sep);
      return { file: path.join(folder, entry), name: parts.at(-1) ?? "", above: parts.slice(0, -1) };
    })
    .filter(({ above }) => stack === undefined || isOwnProject(above.at(-1)));
}

/** The engine also accepts `file://~`, `file://.` and `file://./x`, which Node does not parse as URLs. */
export function folderOf(url: string, kind: "locks" | "stacks" | "history" | "backups"): string | undefined {
  const [bare = ""] = url.split("?");
  const rest = decodeURIComponent(bare.slice("file://".length));
  const base = rest.startsWith("~") ? path.join(process.env.HOME ?? "/", rest.slice(1)) : path.resolve(rest);
  const folder = path.join(base, ".pulumi", kind);
  return existsSync(folder) ? folder : undefined;
}
