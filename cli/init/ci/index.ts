import { github } from "./github";
import { gitlab } from "./gitlab";
import type { CiSystem } from "./pipeline";

/** One line per system; its name is the value of `--ci`. */
export const CI_SYSTEMS: Readonly<Record<string, CiSystem>> = { github, gitlab };
