import { inventoryTable } from "../../../../rehearsal/command/table";

test("an empty inventory says that no account holds anything", () => {
  expect(inventoryTable([])).toBe("No account holds anything in any cloud.\n");
});

test("an inventory has a sorted line for each object, in columns, with sizes for people", () => {
  const one = { cloud: "aws", account: "111111111111", region: "eu-west-1", kind: "snapshot" };
  const table = inventoryTable([
    { ...one, id: "snap-2", state: "completed", bytes: 1024 * 1024 },
    { ...one, id: "snap-1", name: "x".repeat(80), bytes: 0 },
  ]);
  const name = `${"x".repeat(59)}…`;
  expect(table.split("\n")).toEqual([
    "cloud  account       region     kind      id      state      size   name",
    `aws    111111111111  eu-west-1  snapshot  snap-1             0 B    ${name}`,
    "aws    111111111111  eu-west-1  snapshot  snap-2  completed  1 MiB",
    "",
  ]);
});
