import { readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The user's cache folder of this project. Everything in it may be lost at any time without harm. */
export function cacheFolder(...parts: string[]): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "imprimatur", ...parts);
}

/** Removes the files of a folder that nobody has written for so many days: what is kept for each upload must have an end. */
export function dropOld(folder: string, days: number): void {
  const oldest = Date.now() - days * 86_400_000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < oldest) rmSync(path, { force: true });
  }
}
