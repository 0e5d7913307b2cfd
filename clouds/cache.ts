import { readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The user's cache folder of this project. Everything in it may be lost at any time. */
export function cacheFolder(...parts: string[]): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "imprimatur", ...parts);
}

/** Removes files of a folder not modified for some days: bounds the cache of uploads. */
export function dropOld(folder: string, days: number): void {
  const oldest = Date.now() - days * 86_400_000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < oldest) rmSync(path, { force: true });
  }
}
