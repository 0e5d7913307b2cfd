import { engineValues } from "../../../stacks/engine-values";

test("mappings and lists come as JSON, plain text as it is, and other projects' keys are left alone", () => {
  expect(
    engineValues({
      "imprimatur:product": '{"name":"demo"}',
      "imprimatur:releases": "[]",
      "imprimatur:aws": "on",
      "aws:region": "eu-central-1",
    }),
  ).toEqual({ product: { name: "demo" }, releases: [], aws: "on" });
});

test.each([
  { given: "2028-11-20 00:00:00 +0000 UTC", want: "2028-11-20T00:00:00+00:00" },
  { given: "2028-11-20 01:02:03.5 +0200 +0200", want: "2028-11-20T01:02:03.5+02:00" },
  { given: "2028-11-20T00:00:00Z", want: "2028-11-20T00:00:00Z" },
  { given: "2028-11-20", want: "2028-11-20" },
])("an unquoted date, which the engine passes on as $given, is $want again", ({ given, want }) => {
  const releases = JSON.stringify([{ deprecateOn: given }]);
  expect(engineValues({ "imprimatur:releases": releases })).toEqual({ releases: [{ deprecateOn: want }] });
});
