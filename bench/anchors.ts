/** The programs that are compared with. What is not on PATH is set up in the user's cache where that needs no rights. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../clouds/cache";
import { programPath } from "../facts/programs";

interface Anchor {
  /** Where {@link setUp} puts it. */
  readonly kept?: string;
  readonly setUp?: () => void;
}

const ANCHORS: Readonly<Record<string, Anchor>> = {
  coldsnap: {
    kept: cacheFolder("coldsnap/bin/coldsnap"),
    setUp: () =>
      quietly("cargo", ["install", "coldsnap@0.12.0", "--locked", "--root", cacheFolder("coldsnap")]),
  },
  pigz: { kept: cacheFolder("bench/pigz/usr/bin/pigz"), setUp: () => fromDebian("pigz") },
};

/** Path of the program; `undefined`: it is missing, and could not be set up. */
export function findProgram(name: string): string | undefined {
  const found = programPath(name);
  const { kept, setUp } = ANCHORS[name] ?? {};
  if (found !== undefined || kept === undefined) return found;
  if (!existsSync(kept)) {
    try {
      setUp?.();
    } catch {
      // Without cargo or apt, or without a network: the row is reported as missing it.
    }
  }
  return existsSync(kept) ? kept : undefined;
}

function fromDebian(name: string): void {
  const scratch = mkdtempSync(join(tmpdir(), "imprimatur-bench-"));
  try {
    quietly("apt-get", ["download", name], scratch);
    const [file] = readdirSync(scratch);
    const target = cacheFolder("bench", name);
    mkdirSync(target, { recursive: true });
    quietly("dpkg-deb", ["--extract", join(scratch, file ?? ""), target]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function quietly(file: string, args: string[], cwd?: string): void {
  execFileSync(file, args, { stdio: "ignore", ...(cwd !== undefined && { cwd }) });
}
