import { homedir } from "node:os";
import { join } from "node:path";

/** The user's cache folder of this project. Everything in it may be lost at any time without harm. */
export function cacheFolder(...parts: string[]): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "imprimatur", ...parts);
}
