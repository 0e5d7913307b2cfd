import { accessSync, constants } from "node:fs";
import path from "node:path";
import { engineFolder, ensureEngine } from "../tools/engine";
import { Refusal } from "./problem";

let found: Promise<void> | undefined;

/**
 * Puts the Pulumi engine on PATH, for this process and what it starts, unless there is one: the one in the user's cache,
 * or else a download, or a build with Go. Progress is on stderr.
 *
 * @throws {Refusal} when none can be had, with what to install
 */
export function putEngineOnPath(): Promise<void> {
  if (isOnPath("pulumi")) return Promise.resolve();
  return (found ??= installed().catch((error: unknown) => {
    found = undefined;
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }));
}

async function installed(): Promise<void> {
  await ensureEngine();
  process.env.PATH = [engineFolder(), process.env.PATH ?? ""].join(path.delimiter);
}

function isOnPath(program: string): boolean {
  return programFiles(program, process.env, process.platform).some((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Files that the system would start by this name, in its order; on Windows those with an extension of PATHEXT. */
export function programFiles(
  program: string,
  { PATH = "", PATHEXT = ".EXE;.CMD" }: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string[] {
  const system = platform === "win32" ? path.win32 : path.posix;
  const endings = platform === "win32" ? PATHEXT.split(";").filter(Boolean) : [""];
  return PATH.split(system.delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => endings.map((ending) => system.join(folder, `${program}${ending.toLowerCase()}`)));
}
