import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describeWith } from "../../e2e/harness/needs";
import { KINDS } from "../../mutants";
import { MAKERS } from "../inspection/small-disk";

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), "imprimatur-mutants-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run mutants` tries ten thousand of most kinds. */
async function faultsOf(name: string, count: number): Promise<string[]> {
  const judge = await KINDS[name]!.prepare(mkdtempSync(path.join(folder, name)));
  const faults: string[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const { fault } = await judge(seed);
    if (fault !== undefined) faults.push(`seed ${seed}: ${fault}`);
  }
  return faults;
}

test.each([
  { name: "configs", count: 30 },
  { name: "contents", count: 10 },
])(
  "whatever is wrong with a stack file or with files of a system, it is told: $name",
  async ({ name, count }) => expect(await faultsOf(name, count)).toEqual([]),
);

describeWith(MAKERS)("whatever is wrong with a disk", () => {
  test.each([
    { name: "disks", count: 15 },
    { name: "verify-disk", count: 2 },
  ])("there is a verdict, or an error of ours: $name", async ({ name, count }) =>
    expect(await faultsOf(name, count)).toEqual([]),
  );
});
