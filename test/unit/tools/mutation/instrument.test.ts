import { instrument } from "../../../../tools/mutation/instrument";

/** What is changed, as the report has it. */
function changes(text: string): readonly string[] {
  return instrument("x.ts", text, 0).mutants.map(
    ({ kind, before, after }) => `${kind}: ${before} → ${after}`,
  );
}

test.each<[string, string, readonly string[]]>([
  ["a limit", "f(a < b)", ["boundary: a < b → a <= b", "negation: a < b → a >= b"]],
  ["a condition without an operator", "if (a) f()", ["negation: a → !(a)"]],
  ["a condition with one", "if (a === b) f()", ["negation: a === b → a !== b"]],
  ["and", "f(a && b)", ["logic: a && b → a || b"]],
  ["a default", "f(a ?? b)", ["logic: a ?? b → (a)"]],
  ["not", "f(!a)", ["negation: !a → a"]],
  ["numbers", "f(7, 7n)", ["constant: 7 → (7 + 1)", "constant: 7n → (7n + 1n)"]],
  ["a code, and not a message", 'f("Code", "A message.")', ['constant: "Code" → ""']],
  ["a list", "f([a])", ["constant: [a] → []"]],
  ["a selection", "f(a.some(b))", ["selection: a.some(b) → a.every(b)"]],
  ["another method", "f(a.toString())", []],
  ["what is left out", "f(a.filter(b))", ["selection: a.filter(b) → a"]],
])("changes of %s", (_what, text, want) => {
  expect(changes(text).filter((change) => !change.startsWith("removed"))).toEqual(want);
});

test("leaving a statement out is one of the changes", () => {
  expect(changes("f();")).toEqual(["removed: f(); → "]);
});

test("types, imports, names and directives are never changed", () => {
  const text = [
    '"use strict";',
    'import { a } from "b";',
    'type C = "d" | 1;',
    'const e: { f: "g" } = { "h-i": a };',
    "interface J { k: 7 }",
  ];
  expect(changes(text.join("\n"))).toEqual([]);
});

describe("an instrumented text", () => {
  const TEXT = `const run = (list, most) => {
    const kept = [];
    for (const item of list) {
      // A comment.
      if (item > most && list.length > 1) kept.push(item - 1);
      else kept.push(item);
    }
    return kept;
  };`;
  const { text, mutants } = instrument("x.ts", TEXT, 5);
  const run = (on?: number) => {
    Object.assign(globalThis, { mutation: (id: number) => id === on });
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- made here
    return new Function(`${text} return run;`)()([1, 2, 3], 1) as number[];
  };
  afterAll(() => Object.assign(globalThis, { mutation: undefined }));

  test("does what it did while no change is switched on", () => {
    expect(run()).toEqual([1, 1, 2]);
  });

  test("does something else with each number but those that change nothing here", () => {
    const same = mutants.filter(({ id }) => JSON.stringify(run(id)) === "[1,1,2]");
    expect(mutants.map(({ id }) => id)).toEqual(mutants.map((_mutant, index) => 5 + index));
    expect(same.map(({ before, after }) => `${before} → ${after}`)).toEqual([
      "list.length > 1 → list.length >= 1",
      "1 → (1 + 1)",
    ]);
  });

  test("says in which line and column each change is", () => {
    expect(mutants.find(({ kind }) => kind === "boundary")).toMatchObject({
      file: "x.ts",
      line: 5,
      column: 11,
    });
  });
});
