import { spawnSync } from "node:child_process";
import { GIB } from "../../facts/units";
import { NotInspectable } from "../tree";

/** A source, and how it is compiled. */
export interface PythonSource {
  /** Where the image has it: code names its file. */
  readonly path: string;
  readonly text: Buffer;
  /** Of the text, hex. */
  readonly sha256: string;
  /** 0, or 1 and 2 without assertions, and without descriptions. */
  readonly optimize: number;
}

/** The Python of an image. */
export interface Python {
  /** Of Python 3. */
  readonly minor: number;
  /**
   * Digests of the code of sources, by the key that they have in the table, made when they are first asked for; none for
   * a source with an error.
   */
  codes(sources: () => ReadonlyMap<string, PythonSource>): ReadonlyMap<string, string>;
}

/** As py_compile does; compiling a text runs nothing of it. An answer of no bytes: it has an error. */
const PROGRAM = `
import sys, marshal, warnings
warnings.simplefilter("ignore")
given, out = sys.stdin.buffer, sys.stdout.buffer
while True:
    line = given.readline()
    if not line:
        break
    size, optimize, path = line.decode().rstrip("\\n").split(" ", 2)
    text = given.read(int(size))
    try:
        code = marshal.dumps(compile(text, path, "exec", dont_inherit=True, optimize=int(optimize)))
    except (SyntaxError, ValueError, RecursionError):
        code = b""
    out.write(len(code).to_bytes(4, "little") + code)
`;
/** Milliseconds: 1,300 files take 15 s of one core. */
const TIME_LIMIT = 600_000;

/**
 * Compiles sources with a Python.
 *
 * @param command that starts it
 * @returns the code of each, empty where its text has an error
 * @throws {NotInspectable} when it cannot be run
 */
export function compilePython(command: readonly string[], sources: readonly PythonSource[]): Buffer[] {
  const [program = "", ...args] = command;
  const input = Buffer.concat(
    sources.flatMap(({ path, text, optimize }) => [
      Buffer.from(`${text.length} ${optimize} ${path}\n`),
      text,
    ]),
  );
  const { status, stdout, stderr, error } = spawnSync(program, [...args, "-c", PROGRAM], {
    input,
    maxBuffer: GIB,
    timeout: TIME_LIMIT,
    killSignal: "SIGKILL",
    env: {},
  });
  if (error || status !== 0)
    throw new NotInspectable(
      `the archive's Python does not compile: ${error?.message ?? stderr.toString().trim().slice(0, 300)}`,
    );
  const codes: Buffer[] = [];
  for (let at = 0; at < stdout.length;) {
    const length = stdout.readUInt32LE(at);
    codes.push(stdout.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return codes;
}
