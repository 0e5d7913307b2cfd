import type { Python } from "../../../../inspection/against-archive/compile-python";
import type { Context } from "../../../../inspection/against-archive/context";
import {
  compiledPython,
  uncomparedPython,
} from "../../../../inspection/against-archive/derive/compiled-python";
import { codeDigest } from "../../../../inspection/against-archive/marshal";

/** Code of `x = "abc"` as Python 3.11 writes it (Python/marshal.c), with the name shared or not. */
const text = (value: string) =>
  Buffer.concat([Buffer.from("z"), Buffer.from([value.length]), Buffer.from(value)]);
const shared = (value: string) => Buffer.concat([Buffer.from([0xda, value.length]), Buffer.from(value)]);
const bytes = (hex: string) => {
  const content = Buffer.from(hex, "hex");
  const head = Buffer.alloc(5, "s");
  head.writeInt32LE(content.length, 1);
  return Buffer.concat([head, content]);
};
const tuple = (...items: Buffer[]) =>
  Buffer.concat([Buffer.from(")"), Buffer.from([items.length]), ...items]);
const NUMBERS = Buffer.from("0000000000000000000000000100000000000000", "hex");

function code({ value = "abc", name = shared("x"), twice = text("<module>") } = {}): Buffer {
  return Buffer.concat([
    ...[Buffer.from([0xe3]), NUMBERS, bytes("97006400"), tuple(text(value), Buffer.from("N")), tuple(name)],
    ...[tuple(), bytes(""), text("/x.py"), text("<module>"), twice, Buffer.from("01000000", "hex")],
    ...[bytes("f003"), bytes("")],
  ]);
}

test("code is the same whichever of its texts are shared, and another with another constant", () => {
  const refersToName = Buffer.from("7201000000", "hex");
  expect(codeDigest(code({ name: text("x") }), 11)).toBe(codeDigest(code(), 11));
  expect(codeDigest(code({ value: "abd" }), 11)).not.toBe(codeDigest(code(), 11));
  // A reference to the name, as the qualified name.
  expect(codeDigest(code({ twice: refersToName }), 11)).toBe(codeDigest(code({ twice: text("x") }), 11));
});

test.each([
  ["cut off", code().subarray(0, 40)],
  ["with something behind it", Buffer.concat([code(), Buffer.from("x")])],
  ["of another kind", Buffer.from("?")],
  // CPython counts neither: what is referred to behind them would be another.
  ["with a reference to None", code({ twice: Buffer.from([0xce]) })],
  // One byte a character in CPython, and not UTF-8.
  ["with ASCII that is none", code({ twice: Buffer.from("7a02c3a9", "hex") })],
])("code that is %s is refused", (_, damaged) => {
  expect(() => codeDigest(damaged, 11)).toThrow(RangeError);
});

const SOURCE = "x = 'abc'\n";
const PYC = "/usr/lib/python3/__pycache__/x.cpython-311.pyc";

function contextOf(compiled: Buffer, python: Python | string, flags = 0): Context {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(flags, 4);
  header.writeUInt32LE(SOURCE.length, 12);
  const files: Record<string, Buffer> = {
    [PYC]: Buffer.concat([header, compiled]),
    "/usr/lib/python3/x.py": Buffer.from(SOURCE),
  };
  return {
    python,
    place: (path: string) => path,
    expected: new Map([["/usr/lib/python3/x.py", [{ package: "x", kind: "file", sha256: "of source" }]]]),
    contents: new Map(),
    walked: { entries: new Map([[PYC, {}]]), read: (path: string) => files[path], sha256: () => "of source" },
  } as unknown as Context;
}

const PYTHON: Python = {
  minor: 11,
  codes: (sources) => new Map([...sources()].map(([path]) => [path, codeDigest(code(), 11)])),
};

test("compiled code is compared with what the image's Python makes of the package's source", () => {
  expect(compiledPython(PYC, contextOf(code(), PYTHON))).toBeUndefined();
  expect(compiledPython(PYC, contextOf(code({ value: "abd" }), PYTHON))).toBe(
    "compiled code that is not that of /usr/lib/python3/x.py",
  );
  // Taken by the source's digest: the code is another all the same.
  expect(compiledPython(PYC, contextOf(code({ value: "abd" }), PYTHON, 3))).toMatch(/^compiled code/);
  expect(compiledPython(PYC, contextOf(code(), { ...PYTHON, minor: 12 }))).toBe(
    "it is of Python 3.11, and the image has 3.12",
  );
});

test("where the image's Python cannot run, the report says that the code is not compared", () => {
  const context = contextOf(code({ value: "abd" }), "this machine cannot run it");
  expect(compiledPython(PYC, context)).toBeUndefined();
  expect(uncomparedPython(context)).toBe("compiled Python, but for its header: this machine cannot run it");
  expect(uncomparedPython(contextOf(code(), PYTHON))).toBeUndefined();
});
