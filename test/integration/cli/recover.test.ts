import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { recordedText } from "../../unit/plan/recorded";
import { runCli, type Terminal } from "../../unit/cli/run-cli";

/** An engine with a state in a folder, which records its arguments. */
const ENGINE = `#!/bin/sh
echo "$*" >> "$ENGINE_LOG"
case "$*" in
  "stack export"*) cat "$ENGINE_STATE" ;;
  "stack import"*) while [ $# -gt 1 ]; do if [ "$1" = --file ]; then cp "$2" "$ENGINE_STATE"; fi; shift; done ;;
  preview*) cat "$ENGINE_PREVIEW" ;;
  "$ENGINE_LOSES"*) echo "error: the stack is currently locked by 1 lock(s)" >&2; lost=255 ;;
  "stack ls"*) echo '[{"name":"lab2","updateInProgress":true}]' ;;
  "stack init"*) cat "$ENGINE_REFUSAL" >&2; exit 1 ;;
esac
if [ -n "$ENGINE_RACE" ]; then case "$*" in "$ENGINE_RACE"*) cp "$ENGINE_RACER" "$ENGINE_LOCK" ;; esac; fi
exit $lost
`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recover-cli-"));
const at = (name: string) => path.join(folder, name);
const lock = at(".pulumi/locks/organization/imprimatur/lab2/abc.json");
const before = { ...process.env };
const home = process.cwd();

beforeAll(() => {
  fs.writeFileSync(at("pulumi"), ENGINE, { mode: 0o755 });
  fs.writeFileSync(at("Pulumi.yaml"), "name: imprimatur\n");
  fs.writeFileSync(at("preview.json"), recordedText("publish"));
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  process.chdir(folder);
});
beforeEach(() => {
  Object.assign(process.env, {
    PATH: `${folder}:${before.PATH}`,
    PULUMI_BACKEND_URL: `file://${folder}`,
    ENGINE_LOG: at("log"),
    ENGINE_STATE: at("state.json"),
    ENGINE_PREVIEW: at("preview.json"),
    ENGINE_LOSES: "never",
    ENGINE_RACE: "",
    ENGINE_RACER: at("racer.json"),
    ENGINE_LOCK: lock,
    CI: "",
  });
  fs.rmSync(at("log"), { force: true });
  fs.rmSync(lock, { force: true });
  fs.writeFileSync(at("state.json"), JSON.stringify(WELL));
});
afterAll(() => {
  process.chdir(home);
  process.env = before;
  fs.rmSync(folder, { recursive: true, force: true });
});

const urn = (type: string, name: string) => `urn:pulumi:lab2::imprimatur::${type}::${name}`;
const pending = (type: string, resource: string, name: string) => ({
  type,
  resource: { urn: urn(resource, name), type: resource, inputs: {} },
});
const WELL = { version: 3, deployment: { manifest: {}, resources: [] as object[] } };
const HALF_DONE = {
  ...WELL,
  deployment: {
    ...WELL.deployment,
    pending_operations: [
      pending("creating", "imprimatur:aws:Verification", "demo-1"),
      pending("deleting", "aws:ec2/ami:Ami", "demo-0"),
      pending("updating", "imprimatur:aws:Pointer", "demo"),
    ],
  },
};

const asked = () => (fs.existsSync(at("log")) ? fs.readFileSync(at("log"), "utf8").trim().split("\n") : []);
const began = (word: string) => asked().some((line) => line.startsWith(word));
const hold = (holder: object) => fs.writeFileSync(lock, JSON.stringify(holder));
const FOREIGN = { pid: 1, username: "ada", hostname: "elsewhere", timestamp: "2026-11-28T21:00:00Z" };
const RECOVER = ["recover", "--stack", "lab2"];
const UP = ["up", "--stack", "lab2", "--yes", "--allow", "make-public"];
const somebody = (...answers: string[]): Terminal => ({ ask: async () => answers.shift() ?? "" });

test("where all is well nothing is done or said", async () => {
  const { code, err } = await runCli(RECOVER);
  expect({ code, err, asked: asked() }).toEqual({
    code: 0,
    err: "",
    asked: ["stack --stack lab2 --non-interactive", "stack export --stack lab2 --non-interactive"],
  });
});

test("pending operations are cleared, with a line for each", async () => {
  fs.writeFileSync(at("state.json"), JSON.stringify(HALF_DONE));
  const { code, err } = await runCli(RECOVER);
  expect(code).toBe(0);
  expect(err.trim().split("\n")).toEqual([
    "recover: demo-1 (Verification): it was creating when that was interrupted; it is taken up again where it was.",
    "recover: demo-0 (Ami): it was deleting when that was interrupted; it is deleted again, and what is gone already is fine.",
    "recover: demo (Pointer): it was updating when that was interrupted; it is done again.",
    "recover: lab2: no operation is pending any more.",
  ]);
  expect(JSON.parse(fs.readFileSync(at("state.json"), "utf8"))).toEqual(WELL);
});

test("up and destroy do so by themselves, before the engine works", async () => {
  for (const command of [UP, ["destroy", "--stack", "lab2", "--yes"]]) {
    fs.writeFileSync(at("state.json"), JSON.stringify(HALF_DONE));
    fs.rmSync(at("log"), { force: true });
    hold({ ...FOREIGN, hostname: os.hostname(), pid: 2 ** 22 + 1 });
    expect((await runCli(command)).code).toBe(0);
    const order = asked().map((line) => line.split(" ").slice(0, 2).join(" "));
    const works = order.indexOf(`${command[0]} --skip-preview`);
    expect(works).toBeGreaterThan(0);
    expect(order[works - 1]).toBe("stack import");
    expect(fs.existsSync(lock)).toBe(false);
  }
});

test.each([
  ["another machine's", FOREIGN, "ada on elsewhere (process 1) since 2026-11-28T21:00:00Z"],
  ["nobody's that is known", {}, "somebody; the backend does not tell whom"],
])(
  "%s update is told before anything is planned, and ended only when asked for",
  async (_whose, holder, who) => {
    hold(holder);
    const refused = await runCli(UP);
    expect(refused.code).toBe(14);
    expect(refused.err).toContain(`lab2 is being updated by ${who}`);
    expect(refused.err).toContain("--end-update");
    expect(began("preview")).toBe(false);
    expect((await runCli(RECOVER, undefined, somebody("no"))).code).toBe(14);
    expect(fs.existsSync(lock)).toBe(true);

    expect((await runCli(RECOVER, undefined, somebody("end"))).code).toBe(0);
    hold(holder);
    expect((await runCli([...RECOVER, "--end-update"])).code).toBe(0);
    expect(fs.existsSync(lock)).toBe(false);
  },
);

test.each([
  ["while this one was planning", UP, "preview", "never"],
  ["just before this one's engine", UP, "up", "up"],
  ["just before this one's engine", ["destroy", "--stack", "lab2", "--yes"], "destroy", "destroy"],
])(
  "an update that began %s is told, and nothing of it is touched: %j",
  async (_when, command, race, loses) => {
    fs.writeFileSync(at("racer.json"), JSON.stringify(FOREIGN));
    Object.assign(process.env, { ENGINE_RACE: race, ENGINE_LOSES: loses });
    // The object that it is creating is pending in the state.
    if (race === "preview") fs.writeFileSync(at("state.json"), JSON.stringify(HALF_DONE));
    const { code, err } = await runCli(command);
    expect({ code, cleared: began("stack import"), kept: fs.existsSync(lock) }).toEqual({
      code: 14,
      cleared: false,
      kept: true,
    });
    expect(err).toContain("lab2 is being updated by ada on elsewhere (process 1) since 2026-11-28T21:00:00Z");
  },
);

describe("a command that only reads", () => {
  const stackFile = at("stacks/Pulumi.lab2.yaml");
  const WHO = `lab2 is being updated by ada on elsewhere (process 1) since ${FOREIGN.timestamp}`;
  /** Without how long ago that is. */
  const timeless = (text: string) => text.replace(/(?<=\dZ), [\d a-z]+(?=[:,])/, "");
  beforeAll(() => {
    fs.mkdirSync(path.dirname(stackFile), { recursive: true });
    fs.writeFileSync(
      stackFile,
      "config:\n  imprimatur:product: { name: demo, publisher: Test, provenance: official }\n  imprimatur:releases: []\n" +
        "  imprimatur:aws: { homeRegion: eu-central-1, regions: { eu-central-1: {} } }\n",
    );
  });
  afterAll(() => fs.rmSync(stackFile));

  test.each([
    ["plan", 13, "what is left to do is told as its state is now; ask again at its end"],
    ["status", 0, "this is how far its state is now"],
  ])("%s says whose update it met, and answers", async (command, want, meaning) => {
    hold(FOREIGN);
    const { code, out, err } = await runCli([command, "--stack", "lab2"]);
    expect({ code, first: timeless(err).split("\n")[0], answered: out !== "" }).toEqual({
      ...{ code: want, answered: true },
      first: `imprimatur: ${WHO}: ${meaning}`,
    });
    expect(fs.existsSync(lock)).toBe(true);
  });

  test("an audit would take what is being made for drift: it says whose update it is, also of one that begins meanwhile", async () => {
    hold(FOREIGN);
    const refused = await runCli(["audit", "--stack", "lab2"]);
    expect({ ...refused, err: timeless(refused.err) }).toMatchObject({
      ...{ code: 14, out: "" },
      err: `imprimatur: ${WHO}, and what it is making now would be told as drift. Wait for its end\n`,
    });
    fs.rmSync(lock);
    fs.writeFileSync(at("racer.json"), JSON.stringify(FOREIGN));
    process.env.ENGINE_RACE = "stack export";
    expect((await runCli(["audit", "--stack", "lab2"])).code).toBe(14);
  });

  test("an update that was interrupted is told as that, by its lock or by what is pending", async () => {
    hold({ ...FOREIGN, hostname: os.hostname(), pid: 2 ** 22 + 1 });
    expect((await runCli(["audit", "--stack", "lab2"])).err).toMatch(
      /^imprimatur: the update of lab2 by ada on .* was interrupted: what it left is told as drift; imprimatur up goes on\n/,
    );
    expect((await runCli(["status", "--stack", "lab2"])).err).toMatch(
      /^imprimatur: the update of lab2 by ada on .* was interrupted: imprimatur up goes on\n$/,
    );
    fs.rmSync(lock);
    fs.writeFileSync(at("state.json"), JSON.stringify(HALF_DONE));
    expect((await runCli(["status", "--stack", "lab2"])).err).toBe(
      "imprimatur: an update of lab2 is under way, or was interrupted, while it was creating demo-1: this is how far its state is now; " +
        "if nobody is updating it, imprimatur up goes on\n",
    );
  });

  test("in a bucket the lock is not touched for it", async () => {
    process.env.PULUMI_BACKEND_URL = "s3://state";
    expect(await runCli(["status", "--stack", "lab2"])).toMatchObject({ code: 0, err: "" });
    expect(began("stack init")).toBe(false);
  });
});

test.each([
  ["holds the stack now", () => lock, "an update of ada on elsewhere (process 1)"],
  ["has ended meanwhile", () => at("state.json"), "an update changed its state while the clouds were asked"],
])("a sweep deletes nothing where an update that it did not see %s", async (_what, changed, said) => {
  const tags = { "imprimatur:product": "demo", "imprimatur:stack": "lab2" };
  const resource = { urn: urn("x:y:Tagged", "demo-1"), type: "x:y:Tagged", inputs: { tags } };
  const state = { ...WELL, deployment: { ...WELL.deployment, resources: [resource] } };
  fs.writeFileSync(at("state.json"), JSON.stringify(state));
  const later = { ...state, deployment: { ...state.deployment, resources: [resource, resource] } };
  fs.writeFileSync(at("racer.json"), JSON.stringify(changed() === lock ? FOREIGN : later));
  Object.assign(process.env, { ENGINE_RACE: "stack export", ENGINE_LOCK: changed() });
  const { code, err } = await runCli(["sweep", "--stack", "lab2", "--delete"]);
  expect({ code, said: err.includes(said) }).toEqual({ code: 14, said: true });
});

describe("an update that still runs on this machine", () => {
  let engine: ChildProcess;
  let ended: Promise<unknown>;
  beforeEach(async () => {
    // A program with the engine's name.
    fs.mkdirSync(at("bin"), { recursive: true });
    fs.copyFileSync("/bin/sleep", at("bin/pulumi"));
    fs.chmodSync(at("bin/pulumi"), 0o755);
    engine = spawn(at("bin/pulumi"), ["600"], { stdio: "ignore" });
    ended = new Promise((resolve) => engine.on("close", resolve));
    hold({ ...FOREIGN, hostname: os.hostname(), pid: engine.pid, timestamp: new Date().toISOString() });
  });
  afterEach(async () => {
    engine.kill("SIGKILL");
    await ended;
  });

  test("is left alone", async () => {
    const { code, err } = await runCli(UP);
    expect({ code, planned: began("preview") }).toEqual({ code: 14, planned: false });
    expect(err).toContain("still running here. Wait for its end");
    expect(engine.exitCode).toBeNull();
  });

  test("is ended in order when that is asked for", async () => {
    expect((await runCli([...RECOVER, "--end-update"])).code).toBe(0);
    await ended;
    expect(engine.signalCode).toBe("SIGINT");
    expect(fs.existsSync(lock)).toBe(false);
  });
});

test.each([
  ["s3://state", "lab2", 14, "ada on builder (process 17)"],
  ["https://api.pulumi.com", "lab2", 14, "somebody; the backend does not tell whom"],
  // Looking for a stack that does not exist does not create it.
  ["s3://state", "lab3", 0, ""],
])("in %s %s is held: exit %d", async (backend, stack, want, who) => {
  process.env.PULUMI_BACKEND_URL = backend;
  process.env.ENGINE_REFUSAL = at("refusal");
  fs.writeFileSync(
    at("refusal"),
    "error: could not create stack: the stack is currently locked by 1 lock(s).\n  s3://state/abc.json: created by ada@builder (pid 17) at 2026-11-28T21:00:00Z\n",
  );
  const { code, err } = await runCli(["recover", "--stack", stack]);
  expect({ code, made: began(`stack init ${stack}`) }).toEqual({
    code: want,
    made: want !== 0 && backend.startsWith("s3"),
  });
  expect(err).toContain(who);
});

test.each([
  ["an answer that is not its name", somebody("yes"), 1],
  ["nobody to ask", {}, 2],
])("destroy does nothing with %s", async (_what, terminal, want) => {
  expect((await runCli(["destroy", "--stack", "lab2"], undefined, terminal)).code).toBe(want);
  expect(began("destroy")).toBe(false);
});
