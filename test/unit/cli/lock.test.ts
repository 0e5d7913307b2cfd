import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describeHolder, ownerStatus, secondsOf } from "../../../cli/holder";
import { holdersOf, holdersSaid, releaseLock, removeHalfWritten } from "../../../cli/lock";
import { withoutPending } from "../../../cli/recovery";

const SINCE = "2026-11-28T21:00:00Z";
const TAKEN = Date.parse(SINCE);
const HOLDER = { user: "ada", host: "builder", pid: 17, since: SINCE };

test.each([
  ["gone", "there is no such process", undefined],
  ["gone", "another program has its number", { program: "bash", startedAt: TAKEN - 60_000 }],
  ["gone", "another engine has its number", { program: "pulumi", startedAt: TAKEN + 3_600_000 }],
  ["gone", "its parent did not ask about it yet", { program: "pulumi <defunct>", startedAt: TAKEN }],
  ["alive", "it runs", { program: "pulumi", startedAt: TAKEN - 1_000 }],
] as const)("a holder is %s when %s", (want, _why, found) => {
  expect(ownerStatus(HOLDER, { host: "builder", process: () => found })).toBe(want);
});

test.each([
  [HOLDER, "laptop"],
  [{}, "builder"],
  // A name that any machine can have.
  [{ ...HOLDER, host: "localhost" }, "localhost"],
])("nothing is known from here of %j on %s", (holder, host) => {
  expect(ownerStatus(holder, { host, process: () => undefined })).toBe("unknown");
});

test.each([
  ["00:07", 7],
  ["03:20", 200],
  ["01:00:00", 3600],
  ["2-01:00:05", 176_405],
])("ps's %s are %d seconds", (text, want) => {
  expect(secondsOf(text)).toBe(want);
});

test.each([
  [HOLDER, "ada on builder (process 17) since 2026-11-28T21:00:00Z, 3 min 20 s"],
  [{}, "somebody; the backend does not tell whom"],
])("%j is told as %s", (holder, want) => {
  expect(describeHolder(holder, TAKEN + 200_000)).toBe(want);
});

/** Engine 3.259 on `pulumi stack init` of a stack that is locked. */
const SAID = `error: could not create stack: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://state/.pulumi/locks/organization/p/s/abc.json: created by ada@builder (pid 17) at 2026-11-28T21:00:00Z
  s3://state/.pulumi/locks/organization/p/s/def.json: created by bob@laptop (pid 18) at 2026-11-28T21:05:00Z
`;
test.each([
  [SAID, [HOLDER, { user: "bob", host: "laptop", pid: 18, since: "2026-11-28T21:05:00Z" }]],
  ["error: stack 'organization/p/s' already exists\n", []],
])("who holds a stack in a bucket is read from the engine's refusal", (text, want) => {
  expect(holdersSaid(text)).toEqual(want);
});

describe("a backend in a folder", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lock-"));
  const home = process.cwd();
  const before = process.env.PULUMI_BACKEND_URL;
  const write = (file: string, text: string): string => {
    const whole = path.join(folder, ".pulumi", file);
    fs.mkdirSync(path.dirname(whole), { recursive: true });
    fs.writeFileSync(whole, text);
    return whole;
  };
  beforeAll(() => {
    process.env.PULUMI_BACKEND_URL = `file://${folder}?no_tmp_dir=true`;
    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: imprimatur\n");
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(home);
    if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
    else process.env.PULUMI_BACKEND_URL = before;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test("names who holds a stack: not another stack, nor another project's of that name", async () => {
    expect(await holdersOf("s")).toEqual([]);
    const lock = JSON.stringify({ pid: 17, username: "ada", hostname: "builder", timestamp: SINCE });
    const ours = write("locks/organization/imprimatur/s/abc.json", lock);
    const others = [
      write("locks/organization/imprimatur/other/abc.json", lock),
      write("locks/organization/another/s/abc.json", lock),
    ];
    const [holder] = await holdersOf("s");
    expect(await holdersOf("s")).toEqual([{ ...HOLDER, file: ours }]);

    await releaseLock(holder!, "s");
    expect(await holdersOf("s")).toEqual([]);
    expect(others.every((file) => fs.existsSync(file))).toBe(true);
  });

  test("what a full disk left half written of a lock goes, and a lock stays", async () => {
    const lock = JSON.stringify({ pid: 17 });
    const kept = write("locks/organization/imprimatur/half/def.json", lock);
    const half = ["abc.json", "abc.json.18ec5f4f485de29a.tmp", "abc.json.attrs"].map((name) =>
      write(`locks/organization/imprimatur/half/${name}`, name === "abc.json" ? '{"pid":' : ""),
    );
    const others = write("locks/organization/imprimatur/other/abc.json.18ec5f4f485de29a.tmp", "");
    expect((await removeHalfWritten("half")).sort()).toEqual(half);
    expect([...half, kept, others].map((file) => fs.existsSync(file))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test("attributes that are empty go, those of this stack alone", async () => {
    const empty = write("stacks/imprimatur/s.json.attrs", "");
    const kept = [
      write("stacks/imprimatur/s.json.bak.attrs", "{}"),
      write("stacks/imprimatur/t.json.attrs", ""),
      write("stacks/another/s.json.attrs", ""),
    ];
    expect(await removeHalfWritten("s")).toEqual([empty]);
    expect(fs.existsSync(empty)).toBe(false);
    expect(kept.every((file) => fs.existsSync(file))).toBe(true);
  });
});

test("a state without its pending operations is the same otherwise", () => {
  const state = { version: 3, deployment: { manifest: { magic: "x" }, resources: [{ urn: "u" }] } };
  const pending = {
    ...state,
    deployment: { ...state.deployment, pending_operations: [{ type: "creating" }] },
  };
  expect(JSON.parse(withoutPending(JSON.stringify(pending)))).toEqual(state);
});
