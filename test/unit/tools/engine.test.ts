import { ENGINE_VERSION, newEnough } from "../../../tools/engine";

test.each([
  { said: `v${ENGINE_VERSION}\n`, want: true },
  { said: "v3.300.1", want: true },
  { said: "v4.0.0", want: true },
  { said: "v3.259.0-alpha.1720000000+dirty", want: true },
  { said: "v3.258.9", want: false },
  { said: "v2.999.999", want: false },
  { said: "", want: false }, // a build without a version stamp
  { said: "command not found", want: false },
])("an engine on PATH that says $said is used: $want", ({ said, want }) => {
  expect(newEnough(said)).toBe(want);
});
