import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { clearBehindMark, isBehind, copyOfState, restoreState } from "../../../cli/restore-state";
import { salvageState } from "../../../cli/salvage-state";
import { describeGoingOn, refuseFullDisk, StateKeeper } from "../../../cli/state-keeper";
import { unmarkedCreations } from "../../../audit/recover/unmarked";
import { Deployment } from "../../../audit/deployment";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mend-"));
const home = process.cwd();
const before = process.env.PULUMI_BACKEND_URL;
const at = (...parts: string[]) => path.join(folder, ".pulumi", ...parts);
const STATE = at("stacks/imprimatur/s.json");

/**
 * As the engine writes it, with an identity in a name, and braces and quotes in a string, which no scan may mistake
 * for structure.
 */
function state(...names: string[]): string {
  const resources = names.map((name) => ({
    urn: `u::${name}`,
    inputs: { text: '} ] " \\ {' },
    outputs: [{}],
  }));
  const latest = { manifest: {}, secrets_providers: { type: "passphrase" }, resources };
  return JSON.stringify({ version: 3, checkpoint: { stack: "s", latest } });
}
const namesIn = (file: string) =>
  (
    JSON.parse(fs.readFileSync(file, "utf8")) as {
      checkpoint: { latest: { resources: { urn: string }[] } };
    }
  ).checkpoint.latest.resources.map(({ urn }) => urn.slice(3));

/** @param seconds modification time, in seconds after the first one */
function write(file: string, text: string, seconds = 0): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  fs.utimesSync(file, 1_790_000_000 + seconds, 1_790_000_000 + seconds);
}

beforeAll(() => {
  process.env.PULUMI_BACKEND_URL = `file://${folder}`;
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: imprimatur\n");
  process.chdir(folder);
});
beforeEach(() => fs.rmSync(at(), { recursive: true, force: true }));
afterAll(() => {
  process.chdir(home);
  if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
  else process.env.PULUMI_BACKEND_URL = before;
  fs.rmSync(folder, { recursive: true, force: true });
});

const CUT = state("a", "b", "c").slice(0, -40);

test("a whole state is left alone", async () => {
  write(STATE, state("a"));
  write(`${STATE}.bak`, state("old"), 9);
  expect(await restoreState("s")).toBeUndefined();
  expect({ names: namesIn(STATE), behind: await isBehind("s") }).toEqual({ names: ["a"], behind: false });
});

test.each([
  ["what up kept", copyOfState(STATE), ["history", "bak"]],
  ["the engine's copy of before", `${STATE}.bak`, ["history"]],
  ["the copy at the end of the last update", at("history/imprimatur/s/s-1.checkpoint.json"), []],
])(
  "a state that was cut short is replaced by %s, where that is the newest whole one",
  async (_what, from, older) => {
    write(STATE, CUT, 9);
    write(`${STATE}.attrs`, "{}", 9);
    write(at("history/imprimatur/s/s-1.history.json"), state("no checkpoint"), 8);
    write(at("history/another/s/s-1.checkpoint.json"), state("another project's"), 8);
    write(`${STATE}.bak`, CUT, 8);
    if (older.includes("bak")) write(`${STATE}.bak`, state("bak"), 2);
    if (older.includes("history")) write(at("history/imprimatur/s/s-1.checkpoint.json"), state("history"), 1);
    write(from, state("newest"), 5);

    expect(await restoreState("s")).toEqual({
      file: STATE,
      from,
      writtenAt: new Date(1_790_000_005_000).toISOString(),
    });
    expect(namesIn(STATE)).toEqual(["newest"]);
    expect(fs.existsSync(`${STATE}.attrs`)).toBe(false);
    expect(await isBehind("s")).toBe(true);
    expect(await restoreState("s")).toBeUndefined();
    await clearBehindMark("s");
    expect(await isBehind("s")).toBe(false);
  },
);

test("where every copy was cut short too, the resources that are whole stay", async () => {
  write(STATE, CUT);
  write(`${STATE}.bak`, CUT.slice(0, -3));
  expect(await restoreState("s")).toMatchObject({ from: STATE });
  expect(namesIn(STATE)).toEqual(["a", "b"]);
});

test("nothing of a state is a refusal that says what can be done", async () => {
  write(STATE, "");
  await expect(restoreState("s")).rejects.toThrow(/s\.json: the state is cut short \(0 B\).*sweep lists/);
});

test("cut anywhere, what is read of a state is whole resources in their order", () => {
  const text = state("a", "b", "c");
  for (let end = 0; end < text.length; end++) {
    const salvaged = salvageState(text.slice(0, end));
    if (salvaged === undefined) continue;
    const { checkpoint } = JSON.parse(salvaged) as { checkpoint: { latest: { resources: object[] } } };
    const { resources } = checkpoint.latest;
    expect(JSON.parse(text)).toMatchObject({
      checkpoint: { latest: { secrets_providers: { type: "passphrase" } } },
    });
    expect(["a", "b", "c"].slice(0, resources.length)).toEqual(
      resources.map((each) => (each as { urn: string }).urn.slice(3)),
    );
    expect(resources.length).toBeGreaterThan(0);
  }
});

test("the last whole state is kept while the engine works, and not longer", async () => {
  write(STATE, state("a"), 1);
  const keeper = await StateKeeper.of("s");
  const replace = (text: string, seconds: number) => {
    write(`${STATE}.tmp`, text, seconds);
    fs.renameSync(`${STATE}.tmp`, STATE);
    keeper?.look();
  };
  keeper?.look();
  replace(state("a", "b"), 2);
  replace(CUT, 3);
  replace(CUT.slice(0, -5), 4);
  keeper?.end();
  expect(namesIn(copyOfState(STATE))).toEqual(["a", "b"]);
  await restoreState("s");
  expect(namesIn(STATE)).toEqual(["a", "b"]);
  keeper?.end();
  expect(fs.existsSync(copyOfState(STATE))).toBe(false);
  expect(fs.readdirSync(path.dirname(STATE)).sort()).toEqual(["s.json", "s.json.behind"]);
});

test("a disk that is nearly full is told before anything is begun", async () => {
  write(STATE, state("a"));
  const room = jest
    .spyOn(fs, "statfsSync")
    .mockReturnValue({ bavail: 10, bsize: 4096, blocks: 20 } as fs.StatsFs);
  await expect(refuseFullDisk("s")).rejects.toThrow(
    /stacks\/imprimatur: 40 KiB are free, and an update needs 4 MiB there for the state of s: free some space, and run the same command again/,
  );
  room.mockRestore();
  await refuseFullDisk("s");
});

test("a state that cannot be written is told before anything is begun, and after an update that failed for it", async () => {
  write(STATE, state("a"), 1);
  const keeper = await StateKeeper.of("s");
  keeper?.look();
  expect(await describeGoingOn("s", "up")).toBe("The next up goes on");
  const readOnly = (): never => {
    throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
  };
  const spies = [
    jest.spyOn(fs, "accessSync").mockImplementation(readOnly),
    jest.spyOn(fs, "rmSync").mockImplementation(readOnly),
  ];
  await expect(refuseFullDisk("s")).rejects.toThrow(
    /stacks\/imprimatur cannot be written \(read-only file system\), .* make it writable, and run the same command again\. Nothing was begun/,
  );
  expect(await describeGoingOn("s", "up")).toMatch(
    /^The state of s could not be kept: .*stacks\/imprimatur cannot be written .*the next up goes on, and finds what was made since$/,
  );
  expect(() => keeper?.end()).not.toThrow();
  for (const spy of spies) spy.mockRestore();
});

test("what a state lacks that was mended may all have been made", () => {
  const deployment = Deployment.parse(JSON.stringify({ version: 3, deployment: { resources: [] } }));
  const steps = ["create", "same"].map((op) => ({ op, urn: `u::${op}`, type: "aws:ec2/ami:Ami", now: {} }));
  expect(unmarkedCreations(steps, deployment)).toEqual([]);
  expect(unmarkedCreations(steps, deployment, () => true).map(({ urn }) => urn)).toEqual(["u::create"]);
});
