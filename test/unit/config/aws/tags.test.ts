import { awsTags } from "../../../../config/aws/names";

test.each([
  ["हिन्दी", "टीम"],
  ["ทีม", "ทีมงาน"],
  ["café", "é"],
])("a tag may be written with combining marks: %s", (key, value) =>
  expect(awsTags.parse({ [key]: value })).toEqual({ [key]: value }),
);

test.each(["a*", "a\u200b", "a\n"])("a tag value is no %j", (value) =>
  expect(awsTags.safeParse({ key: value }).success).toBe(false),
);
