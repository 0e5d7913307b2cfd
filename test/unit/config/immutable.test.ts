import type { CurrentAccess } from "../../../config/access";
import { forbiddenTransitions } from "../../../config/transitions";
import type { Ledger, ReleaseEntry } from "../../../config/ledger";
import { changesBetween, unnamedChanges } from "../../../config/lifecycle";
import { formerValuesOf, type ObservedValues } from "../../../config/immutable";

const V = "1.0";
const entry = (name: string | undefined, more: Partial<ReleaseEntry> = {}): Ledger => ({
  [V]: {
    state: "published",
    protected: false,
    digests: { x86_64: "a" },
    audience: { gcp: { global: ["public"] } },
    ...(name !== undefined && { made: { gcp: { x86_64: { name } } } }),
    ...more,
  },
});
const seenAs = (...names: string[]): ObservedValues => (names.length > 0 ? { x86_64: { name: names } } : {});
/** @param formerly values that the last `up` was to replace */
const have = (seen: ObservedValues, formerly?: string[]): CurrentAccess => ({
  images: { [V]: { gcp: { global: { x86_64: { has: ["public"] } } } } },
  made: { [V]: { gcp: seen } },
  ...(formerly && { formerly: { [V]: { gcp: { x86_64: { name: formerly } } } } }),
});

interface Case {
  what: string;
  /** The value in the ledger; absent: the ledger is of version 0.1. */
  ledger?: string;
  seen: string[];
  formerly?: string[];
  wanted: string;
  /** The message that asks for a name in --allow; absent: none. */
  says?: string;
  next?: string[];
}

test.each<Case>([
  { what: "nothing changed", ledger: "a", seen: ["a"], wanted: "a" },
  { what: "a change", ledger: "a", seen: ["a"], wanted: "b", says: "name a becomes b", next: ["a"] },
  { what: "a drift is no change", ledger: "a", seen: ["z"], wanted: "a" },
  {
    what: "a change to what drifted",
    ledger: "a",
    seen: ["b"],
    wanted: "b",
    says: "name a becomes b",
    next: ["a"],
  },
  { what: "a change that failed, taken back", ledger: "b", seen: ["a"], formerly: ["a"], wanted: "a" },
  {
    what: "a change that failed, once more",
    ledger: "b",
    seen: ["a"],
    formerly: ["a"],
    wanted: "b",
    says: "name a becomes b",
    next: ["a"],
  },
  { what: "a change that was made", ledger: "b", seen: ["b"], formerly: ["a"], wanted: "b" },
  {
    what: "a change that was made, taken back",
    ledger: "b",
    seen: ["b"],
    formerly: ["a"],
    wanted: "a",
    says: "name b becomes a",
    next: ["b"],
  },
  {
    what: "a change that was made in half of the regions, taken back",
    ledger: "b",
    seen: ["a", "b"],
    formerly: ["a"],
    wanted: "a",
    says: "name b becomes a",
    next: ["b"],
  },
  {
    what: "a change that failed and drifted besides: nobody knows",
    ledger: "b",
    seen: ["z"],
    formerly: ["a"],
    wanted: "c",
    says: "name a or b becomes c",
    next: ["a", "b"],
  },
  { what: "no image is there that could be replaced", ledger: "a", seen: [], wanted: "b" },
  { what: "an entry of version 0.1", seen: ["a"], wanted: "a" },
  { what: "an entry of version 0.1, in Azure's spelling", seen: ["West Europe"], wanted: "westeurope" },
])("$what", ({ ledger, seen, formerly, wanted, says, next }) => {
  const known = have(seenAs(...seen), formerly);
  const [old, now] = [entry(ledger), entry(wanted)];
  const unnamed = unnamedChanges(changesBetween(old, now, known), []);
  const texts = unnamed.flatMap((each) => ("what" in each ? [each.what] : []));
  expect(texts).toEqual(says === undefined ? [] : [`the images on gcp are deleted and made anew: ${says}`]);
  expect(formerValuesOf(old, now, known)).toEqual(next ? { [V]: { gcp: { x86_64: { name: next } } } } : {});
  expect(forbiddenTransitions(old, now, known)).toEqual([]);
});

const NAMED = "`delete-published` names it";
test.each([
  { protect: true, what: NAMED },
  { protect: false, what: NAMED },
])(
  "a change of an entry of version 0.1 is refused, protected ($protect) or not, also where $what",
  ({ protect }) => {
    const old = entry(undefined, { protected: protect });
    const [jump] = forbiddenTransitions(old, entry("b", { protected: protect }), have(seenAs("a")));
    expect(jump?.message).toMatch(
      /^name a becomes b on gcp: 1\.0 was made by an older version.*run `pulumi up` once/,
    );
  },
);

test("a protected release is not made anew, and its failed change can be taken back", () => {
  const old = entry("b", { protected: true });
  expect(forbiddenTransitions(old, entry("a", { protected: true }), have(seenAs("a"), ["a"]))).toEqual([]);
  const [jump] = forbiddenTransitions(old, entry("a", { protected: true }), have(seenAs("b"), ["a"]));
  expect(jump?.message).toContain("name b becomes a");
});
