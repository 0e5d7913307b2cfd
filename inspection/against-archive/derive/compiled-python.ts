import { posix } from "node:path";
import type { PythonSource } from "../compile-python";
import { bytesAt, type Context, ownersOf } from "../context";
import { codeDigest } from "../marshal";

/** PEP 552: magic number, flags, then time and size of the source, little-endian. */
const HEADER = 16;
const NAME = /^(.*)\/__pycache__\/([^/\n]+)\.cpython-3(\d+)(?:\.opt-(\d))?\.pyc$/;

interface Compiled {
  readonly source: string;
  readonly minor: number;
  readonly optimize: number;
}

function compiledOf(path: string): Compiled | undefined {
  const [, folder = "", name, minor = "", optimize = "0"] = NAME.exec(path) ?? [];
  if (name === undefined) return undefined;
  return { source: posix.join(folder, `${name}.py`), minor: Number(minor), optimize: Number(optimize) };
}

/**
 * A compiled Python file of a package's source: as py3compile makes it, by the source's time, which the interpreter
 * compares; and the code that the image's own Python makes of the source, where that can be run.
 */
export function compiledPython(path: string, context: Context): string | undefined {
  const origin = compiledOf(path);
  if (!origin || ownersOf(context, origin.source).length === 0)
    return `no package brings its source${origin ? `, ${origin.source}` : ""}`;
  const compiled = bytesAt(context, path);
  const text = bytesAt(context, origin.source);
  if (!compiled || !text || compiled.length < HEADER) return "it is cut off";
  const flags = compiled.readUInt32LE(4);
  // 3: by the source's digest, which the interpreter compares too.
  if (flags !== 0 && flags !== 3) return "it is taken without a look at its source (PEP 552)";
  if (flags === 0 && compiled.readUInt32LE(12) !== text.length)
    return `it is made from another ${origin.source}`;
  const { python } = context;
  if (typeof python !== "object") return undefined;
  if (origin.minor !== python.minor)
    return `it is of Python 3.${origin.minor}, and the image has 3.${python.minor}`;
  const wanted = python.codes(() => sourcesIn(context)).get(path);
  if (wanted === undefined) return `its source, ${origin.source}, is not the package's, or has an error`;
  return codeDigest(compiled.subarray(HEADER), origin.minor) === wanted
    ? undefined
    : `compiled code that is not that of ${origin.source}`;
}

/** Why the code is not compared; `undefined`: it is. */
export function uncomparedPython({ python }: Context): string | undefined {
  return typeof python === "object"
    ? undefined
    : `compiled Python, but for its header: ${python ?? "no Python was given to compile its sources"}`;
}

/** Sources of all compiled files, as far as they are the packages'. */
function sourcesIn(context: Context): Map<string, PythonSource> {
  const { walked, expected, contents, place } = context;
  const found = new Map<string, PythonSource>();
  for (const path of walked.entries.keys()) {
    const origin = compiledOf(path);
    if (!origin) continue;
    const digest = walked.sha256(origin.source);
    // A link, which leads where its package has it, to a file that is compared too.
    const isPackaged = (expected.get(place(origin.source)) ?? []).some(
      ({ kind, sha256 }) => sha256 === digest || (kind === "link" && contents.has(digest ?? "")),
    );
    const text = isPackaged && digest !== undefined ? bytesAt(context, origin.source) : undefined;
    if (text && digest !== undefined)
      found.set(path, { path: origin.source, text, sha256: digest, optimize: origin.optimize });
  }
  return found;
}
