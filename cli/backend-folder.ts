/** A backend in a folder (`file://…`), and the files in it that are a stack's. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { askEngine } from "./engine";

/** Where the engine keeps its states. */
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

/** By the project's folder: the engine takes a second to say it. */
const loggedIn = new Map<string, string>();

/** `undefined`: there is no such file. */
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

/** Of the project in this folder. */
export function projectName(): string | undefined {
  const text = readIfThere("Pulumi.yaml");
  const { name } = ((text && parseDocument(text).toJS()) || {}) as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}

export interface Entry {
  readonly file: string;
  readonly name: string;
  /** Names of the folders above it. */
  readonly above: readonly string[];
}

/** @param stack given: only files in the folder of our project */
export function entriesIn(folder: string | undefined, stack: string | undefined): Entry[] {
  if (folder === undefined) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((entry): Entry => {
      const parts = entry.split(path.sep);
      return { file: path.join(folder, entry), name: parts.at(-1) ?? "", above: parts.slice(0, -1) };
    })
    .filter(({ above }) => stack === undefined || isOwnProject(above.at(-1)));
}

/** The engine takes `file://~`, `file://.` and `file://./x` too, which are no URLs for Node. */
export function folderOf(url: string, kind: "locks" | "stacks" | "history" | "backups"): string | undefined {
  const [bare = ""] = url.split("?");
  const rest = decodeURIComponent(bare.slice("file://".length));
  const base = rest.startsWith("~") ? path.join(process.env.HOME ?? "/", rest.slice(1)) : path.resolve(rest);
  const folder = path.join(base, ".pulumi", kind);
  return existsSync(folder) ? folder : undefined;
}
