import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { parentOf } from "../facts/process";

/** A plugin whose engine is gone. */
interface Orphan {
  readonly pid: number;
  /** `pulumi-resource-aws` */
  readonly program: string;
}

/**
 * Plugins that work in this project and whose engine is gone. Pulumi's own plugins check for their engine every five
 * minutes only (`rpcutil.Healthcheck` in provider.Main of pulumi/sdk v3.259), and until then continue their
 * operations, unnoticed by a search for leftovers. Requires `/proc`; elsewhere none is found.
 */
export function orphansIn(folder: string, proc = "/proc"): Orphan[] {
  return numbersIn(proc).flatMap((pid) => {
    try {
      const [, program] =
        /\/?(pulumi-resource-[\w-]+)\0/.exec(readFileSync(`${proc}/${pid}/cmdline`, "utf8")) ?? [];
      if (program === undefined || !isWithin(folder, readlinkSync(`${proc}/${pid}/cwd`))) return [];
      const parent = parentOf(pid, proc);
      if (parent === undefined) return [];
      return /pulumi/.test(nameOf(parent, proc)) ? [] : [{ pid, program }];
    } catch {
      // It has ended since, or is another user's.
      return [];
    }
  });
}

function numbersIn(proc: string): number[] {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function nameOf(pid: number, proc: string): string {
  try {
    return readFileSync(`${proc}/${pid}/comm`, "utf8");
  } catch {
    return "";
  }
}

function isWithin(folder: string, place: string): boolean {
  const between = path.relative(folder, place);
  return between === "" || (!between.startsWith("..") && !path.isAbsolute(between));
}
