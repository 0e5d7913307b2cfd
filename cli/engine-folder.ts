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
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}
