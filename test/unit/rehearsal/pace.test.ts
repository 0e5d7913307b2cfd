import { parsePace, secondsAt } from "../../../rehearsal/pace";

const atOne = { copy: 2, share: 1 };
const recorded = { copy: 431 };

test.each([
  { pace: 0, name: "copy", want: 0 },
  { pace: 1, name: "copy", want: 2 },
  { pace: 3, name: "share", want: 3 },
  { pace: "recorded", name: "copy", want: 431 },
  { pace: "recorded", name: "share", want: 1 },
] as const)("at pace $pace $name takes $want s", ({ pace, name, want }) => {
  expect(secondsAt(pace, name, atOne, recorded)).toBe(want);
});

test.each([
  { given: "recorded", want: "recorded" },
  { given: "real", want: "recorded" },
  { given: "0", want: 0 },
  { given: "0.5", want: 0.5 },
  { given: "1000", want: 1000 },
  { given: "1001", want: undefined },
  { given: "-1", want: undefined },
  { given: "", want: undefined },
  { given: "slow", want: undefined },
])("--pace '$given' is $want", ({ given, want }) => {
  expect(parsePace(given)).toBe(want);
});
