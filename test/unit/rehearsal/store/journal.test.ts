import fc from "fast-check";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Journal } from "../../../../rehearsal/store/journal";

let directory: string;
beforeEach(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "journal-"))));
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const file = () => path.join(directory, "journal.jsonl");

const change = fc.record({
  table: fc.constantFrom("images", "snapshots"),
  key: fc.constantFrom("a", "b", "c", "__proto__"),
  value: fc.option(fc.oneof(fc.string(), fc.record({ n: fc.integer(), s: fc.string() })), { nil: undefined }),
});

test("opening it again finds what the tables held, whatever was changed and wherever the last line was cut", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.string({ maxLength: 20 }), (changes, torn) => {
      fs.rmSync(file(), { force: true });
      const journal = Journal.open(directory);
      for (const { table, key, value } of changes) {
        if (value === undefined) journal.table(table).delete(key);
        else journal.table(table).set(key, value);
      }
      const held = ["images", "snapshots"].map((name) => [...journal.table(name).entries()]);
      journal.close();
      fs.appendFileSync(file(), torn.replace(/\n/g, ""));
      const again = Journal.open(directory);
      expect(["images", "snapshots"].map((name) => [...again.table(name).entries()])).toEqual(held);
      again.close();
    }),
    { numRuns: 100 },
  );
});

test("a long journal is written anew with the live values only", () => {
  const journal = Journal.open(directory);
  const table = journal.table<number>("numbers");
  for (let turn = 0; turn < 1500; turn++) table.set(`key ${turn % 3}`, turn);
  journal.close();
  Journal.open(directory).close();
  expect(fs.readFileSync(file(), "utf8").trim().split("\n")).toHaveLength(3);
  const again = Journal.open(directory);
  expect(again.table<number>("numbers").get("key 2")).toBe(1499);
  again.close();
});

test("keys and secrets in it are for its owner's eyes", () => {
  Journal.open(directory).close();
  expect(fs.statSync(file()).mode & 0o077).toBe(0);
});
