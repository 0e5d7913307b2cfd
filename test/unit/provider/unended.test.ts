import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { UpdateWatch } from "../../../provider/unended";

const URN = "urn:pulumi:dev::imprimatur::imprimatur:component:Release$imprimatur:aws:Snapshot::demo-1";
/** No process has this number: Linux and macOS assign none above. */
const GONE = 2 ** 22 + 1;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "unended-"));
const before = process.env.XDG_CACHE_HOME;
beforeAll(() => (process.env.XDG_CACHE_HOME = folder));
beforeEach(() => fs.rmSync(path.join(folder, "imprimatur"), { recursive: true, force: true }));
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Messages to the next run. */
function told(urn = URN): string[] {
  const said: string[] = [];
  const next = new UpdateWatch((message) => said.push(message), process.pid);
  next.seen(urn);
  next.seen(urn);
  return said;
}
const run = (pid: number, urn = URN) => {
  const watch = new UpdateWatch(() => undefined, pid);
  watch.seen(urn);
  return watch;
};

test("an update that was killed is told by the next run, once, with the one command that helps", () => {
  run(GONE).works(URN);
  expect(told()).toEqual([expect.stringMatching(/update of dev did not end in order.*`imprimatur recover`/)]);
});

test.each<[string, () => void]>([
  ["there was none", () => undefined],
  ["it was only a preview", () => run(GONE).ended()],
  ["it still runs", () => run(process.pid).works(URN)],
  [
    "it ended in order",
    () => {
      const watch = run(GONE);
      watch.works(URN);
      watch.ended();
    },
  ],
  ["it was another stack's", () => run(GONE).works(URN.replace("dev", "other"))],
  ["it was another project's", () => run(GONE).works(URN.replace("::imprimatur::", "::another::"))],
])("nothing is told when %s", (_when, happens) => {
  happens();
  expect(told()).toEqual([]);
});

test("a cache that cannot be written costs nothing else", () => {
  fs.writeFileSync(path.join(folder, "imprimatur"), "");
  const watch = run(GONE);
  watch.works(URN);
  watch.ended();
  expect(told()).toEqual([]);
});
