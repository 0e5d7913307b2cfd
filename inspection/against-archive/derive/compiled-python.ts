import { posix } from "node:path";
import { MIB } from "../../../facts/units";
import { type Context, ownersOf } from "../context";

/** PEP 552: magic number, flags, then time and size of the source, little-endian. */
const HEADER = 16;
const LARGEST = 64 * MIB;

/**
 * A compiled Python file of a package's source: as py3compile makes it, by the source's time, which the interpreter
 * compares. Its code is not compared: that takes an interpreter of the same version.
 */
export function compiledPython(path: string, context: Context): string | undefined {
  const [, folder = "", name = ""] =
    /^(.*)\/__pycache__\/([^/]+)\.cpython-\d+(?:\.opt-\d)?\.pyc$/.exec(path) ?? [];
  const source = posix.join(folder, `${name}.py`);
  if (name === "" || ownersOf(context, source).length === 0) return `no package brings its source, ${source}`;
  const compiled = context.walked.read(path, LARGEST);
  const text = context.walked.read(source, LARGEST);
  if (!compiled || !text || compiled.length < HEADER) return "it is cut off";
  const flags = compiled.readUInt32LE(4);
  // By the source's digest, which the interpreter compares too.
  if (flags === 3) return undefined;
  if (flags !== 0) return "it is taken without a look at its source (PEP 552)";
  return compiled.readUInt32LE(12) === text.length ? undefined : `it is made from another ${source}`;
}
