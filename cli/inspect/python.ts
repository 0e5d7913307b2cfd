import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArchivedSystem } from "../../archive/deb/installed";
import { type Interpreter, unpackPython } from "../../archive/deb/interpreter";
import {
  compilePython,
  type Python,
  type PythonSource,
} from "../../inspection/against-archive/compile-python";
import { codeDigest } from "../../inspection/against-archive/marshal";
import { NotInspectable } from "../../inspection/tree";
import { writeFileAtomically } from "../write-file";

/** Incremented when the digest of code changes. */
const VERSION = 1;

/**
 * The image's own Python, from the archive's signed packages, to compile their sources with; what it makes of each is kept
 * in `folder` by the digests of interpreter and source.
 *
 * @returns a reason where it cannot be run here
 */
export async function pythonOf(system: ArchivedSystem, folder: string): Promise<Python | string> {
  const interpreter = await unpackPython(system, folder);
  if (typeof interpreter === "string") return interpreter;
  const start = attempt(() => compilePython(interpreter.command, []));
  if (start instanceof NotInspectable) return start.message;
  let codes: ReadonlyMap<string, string> | NotInspectable | undefined;
  return {
    minor: interpreter.minor,
    codes(sources) {
      // One that fails fails for all files, each of which asks.
      codes ??= attempt(() => codesOf(interpreter, sources(), folder));
      if (codes instanceof NotInspectable) throw codes;
      return codes;
    },
  };
}

function attempt<T>(use: () => T): T | NotInspectable {
  try {
    return use();
  } catch (error) {
    if (error instanceof NotInspectable) return error;
    throw error;
  }
}

function codesOf(
  interpreter: Interpreter,
  sources: ReadonlyMap<string, PythonSource>,
  folder: string,
): Map<string, string> {
  const file = join(folder, `python-${interpreter.sha256}.codes-${VERSION}.json`);
  const known = keptCodes(file);
  const isNew = ([, source]: readonly [string, PythonSource]) => known[keyOf(source)] === undefined;
  const fresh = [...sources].filter(isNew).map(([, source]) => source);
  if (fresh.length > 0) {
    for (const [index, code] of compilePython(interpreter.command, fresh).entries())
      known[keyOf(fresh[index]!)] = code.length === 0 ? "" : codeDigest(code, interpreter.minor);
    const text = JSON.stringify(known);
    void writeFileAtomically(file, `${digestOf(text)}\n${text}`).catch(() => {});
  }
  return new Map(
    [...sources].flatMap(([path, source]) => {
      const code = known[keyOf(source)] ?? "";
      return code === "" ? [] : [[path, code] as const];
    }),
  );
}

/** Code names the file that it is of. */
function keyOf({ path, sha256, optimize }: PythonSource): string {
  return `${sha256} ${optimize} ${path}`;
}

/** With a digest of its own: what was cut off is made again. */
function keptCodes(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const kept = readFileSync(file, "utf8");
  const end = kept.indexOf("\n");
  const text = kept.slice(end + 1);
  return digestOf(text) === kept.slice(0, end) ? (JSON.parse(text) as Record<string, string>) : {};
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
