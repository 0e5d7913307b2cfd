import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { publication as schema } from "../../../plan/statement";
import { recordedText } from "../../unit/plan/recorded";
import { runCli, type Terminal } from "../../unit/cli/run-cli";

/** An engine that prints a recorded preview, and records its arguments and the variables that matter. */
const ENGINE = `#!/bin/sh
echo "$* CI=$CI ALLOW=$IMPRIMATUR_ALLOW" >> "$ENGINE_LOG"
case "$*" in
  *"stack --show-name"*) echo lab2 ;;
  "stack export"*) cat "$ENGINE_STATE" ;;
  whoami*) echo "{\\"url\\":\\"file://$PWD\\"}" ;;
  preview*)
    while [ $# -gt 0 ]; do if [ "$1" = --save-plan ]; then echo '{"engine":"plan"}' > "$2"; fi; shift; done
    cat "$ENGINE_PREVIEW"; exit "$ENGINE_STATUS" ;;
  up*) exit 0 ;;
esac
`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "plan-cli-"));
const at = (name: string) => path.join(folder, name);
const before = { ...process.env };
const home = process.cwd();

beforeAll(() => fs.writeFileSync(at("pulumi"), ENGINE, { mode: 0o755 }));
beforeEach(() => {
  Object.assign(process.env, {
    PATH: `${folder}:${before.PATH}`,
    ENGINE_LOG: at("log"),
    ENGINE_STATE: at("state.json"),
    ENGINE_PREVIEW: at("preview.json"),
    ENGINE_STATUS: "0",
    CI: "",
  });
  delete process.env.IMPRIMATUR_ALLOW;
  fs.rmSync(at("log"), { force: true });
  fs.rmSync(at("plan.json"), { force: true });
  fs.mkdirSync(at("stacks"), { recursive: true });
  fs.writeFileSync(at("stacks/Pulumi.lab2.yaml"), "config: {}\n");
  fs.writeFileSync(at("state.json"), '{"version":3,"deployment":{"resources":[]}}');
  process.chdir(folder);
});
afterEach(() => process.chdir(home));
afterAll(() => {
  process.env = before;
  fs.rmSync(folder, { recursive: true, force: true });
});

function engineSays(recording: string, status = 0): void {
  fs.writeFileSync(at("preview.json"), recordedText(recording));
  process.env.ENGINE_STATUS = String(status);
}
const asked = () => (fs.existsSync(at("log")) ? fs.readFileSync(at("log"), "utf8").trim().split("\n") : []);
const ups = () => asked().filter((line) => line.startsWith("up "));
const somebody = (...answers: string[]): Terminal => ({ ask: async () => answers.shift() ?? "" });

test.each<[string, string[], number]>([
  ["same", [], 0],
  ["narrow", [], 12],
  ["publish", [], 13],
  ["publish", ["--allow", "make-public:20261120.0"], 11],
  ["second", ["--allow", "make-public"], 12],
])("plan of %s with %j ends with %i, and asks no cloud", async (recording, options, want) => {
  engineSays(recording);
  const { code, out } = await runCli(["plan", ...options]);
  expect(code).toBe(want);
  expect(out).toMatch(/^Stack lab2?: /);
  expect(asked().at(-1)).toMatch(/^preview --json --non-interactive --stack lab2 CI= ALLOW=/);
});

test("plan sees everything where CI is set", async () => {
  engineSays("publish");
  process.env.CI = "true";
  expect((await runCli(["plan", "--stack", "lab2"])).code).toBe(13);
  expect(asked()).toEqual(["preview --json --non-interactive --stack lab2 CI= ALLOW="]);
});

test("plan --json keeps to the schema, also when there are problems", async () => {
  engineSays("second");
  const { code, out } = await runCli(["plan", "--json"]);
  expect(code).toBe(13);
  expect(schema.parse(JSON.parse(out))).toMatchObject({ schemaVersion: 1, stack: "lab2", problems: [] });
  engineSays("refused-illegal", 1);
  const refused = await runCli(["plan", "--json"]);
  expect(refused.code).toBe(1);
  expect(schema.parse(JSON.parse(refused.out)).problems).toHaveLength(1);
  expect(refused.err).toMatch(/^imprimatur: stacks\/Pulumi\.lab\.yaml: the line of 20261120\.0 is gone.*\n$/);
});

test.each(["refused-config", "refused-replace"])("%s: only the problems, a line each", async (recording) => {
  engineSays(recording, 1);
  const { code, out, err } = await runCli(["plan"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^(imprimatur: [^\n]+\n)+$/);
  expect(err).not.toContain("urn:pulumi");
});

test("what the engine prints before it begins is passed on", async () => {
  fs.writeFileSync(at("preview.json"), "");
  process.env.ENGINE_STATUS = "6";
  expect(await runCli(["plan"])).toEqual({ code: 1, out: "", err: "imprimatur: pulumi preview: exit 6\n" });
});

test.each([
  [["plan", "--allow", "make-publik"], "--allow needs one of make-public, "],
  [["up", "--allow", "delete"], "--allow needs one of make-public, "],
  [["plan", "--json", "--markdown"], "cannot be used with option '--markdown'"],
])("%j is wrong usage", async (argv, message) => {
  const { code, err } = await runCli(argv);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(asked()).toEqual([]);
});

test("a name that is wrong in the environment is refused too", async () => {
  process.env.IMPRIMATUR_ALLOW = "make-public,delet";
  expect(await runCli(["plan"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("IMPRIMATUR_ALLOW needs") as string,
  });
});

test.each<[string, string[], Terminal, number, string[]]>([
  ["nobody names it", ["--yes"], {}, 13, []],
  ["it is named, and nobody can be asked", ["--allow", "make-public"], {}, 2, []],
  ["it is named", ["--allow", "make-public", "--yes"], {}, 0, ["make-public"]],
  ["somebody types it and agrees", [], somebody("make-public", "y"), 0, ["make-public:20261120.0"]],
  ["somebody types it and does not agree", [], somebody("make-public", ""), 1, []],
  ["somebody types something else", ["--yes"], somebody("yes"), 13, []],
  ["somebody sits there, but in CI nobody is asked", ["--ci", "--yes"], somebody("make-public"), 13, []],
])("up, when %s", async (_, options, terminal, want, allowed) => {
  engineSays("publish");
  const { code, out } = await runCli(["up", ...options], undefined, terminal);
  expect(code).toBe(want);
  expect(out).toContain("becomes public in 2 regions");
  expect(ups().map((line) => /ALLOW=(.*)/.exec(line)?.[1]?.split(",")[0])).toEqual(allowed);
});

test("up does nothing where there is nothing to do", async () => {
  engineSays("same");
  expect(await runCli(["up"])).toMatchObject({ code: 0, out: "Stack lab: nothing to do.\n" });
  expect(ups()).toEqual([]);
});

describe("a saved plan", () => {
  const save = (...options: string[]) => runCli(["plan", "--save", at("plan.json"), ...options]);
  const doIt = (...options: string[]) => runCli(["up", "--plan", at("plan.json"), "--yes", ...options]);

  test("is private, and is done with the engine's own plan and a look at the clouds", async () => {
    engineSays("publish");
    expect((await save("--allow", "make-public")).code).toBe(11);
    expect(fs.statSync(at("plan.json")).mode & 0o777).toBe(0o600);
    expect(asked().some((line) => /^preview .*--refresh --save-plan /.test(line))).toBe(true);
    expect((await doIt()).code).toBe(0);
    expect(ups()[0]).toMatch(/ --stack lab2 --refresh --plan \S+ --non-interactive .*ALLOW=make-public$/);
  });

  test("asks no cloud when it was made so", async () => {
    engineSays("narrow");
    await save("--no-refresh");
    expect((await doIt()).code).toBe(0);
    expect(asked().join("\n")).not.toContain("--refresh");
  });

  test.each<[string, () => void, RegExp]>([
    [
      "the stack file",
      () => fs.writeFileSync(at("stacks/Pulumi.lab2.yaml"), "config: {x: y}\n"),
      /stacks\/Pulumi\.lab2\.yaml is not the file that the plan was made from/,
    ],
    [
      "the state",
      () =>
        fs.writeFileSync(
          at("state.json"),
          '{"deployment":{"resources":[{"urn":"a::b::c:d/e:F::g","inputs":{}}]}}',
        ),
      /the stack's state has changed: c:d\/e:F g/,
    ],
    ["what the clouds hold", () => engineSays("withdraw"), /a fresh preview does more than the plan: /],
  ])("is refused in lines that say so when %s changed", async (_, change, message) => {
    engineSays("narrow");
    await save();
    change();
    const { code, out, err } = await doIt();
    expect({ code, out, ups: ups() }).toEqual({ code: 1, out: "", ups: [] });
    expect(err).toMatch(message);
    for (const line of err.trim().split("\n"))
      expect(line).toMatch(/^imprimatur: \S+plan\.json: refused, nothing was done: .* Make a new plan\.$/);
  });

  test("is not written in CI when up would refuse it", async () => {
    engineSays("publish");
    const { code, err } = await save("--ci");
    expect(code).toBe(13);
    expect(err).toContain("not saved");
    expect(fs.existsSync(at("plan.json"))).toBe(false);
  });

  test("is of one stack", async () => {
    engineSays("narrow");
    await save();
    expect(await doIt("--stack", "other")).toMatchObject({ code: 2, out: "" });
  });

  test.each([
    [undefined, "there is no such file"],
    ["config: {}", "this is not a saved plan"],
  ])("%j is none", async (text, message) => {
    if (text !== undefined) fs.writeFileSync(at("plan.json"), text);
    const { code, err } = await doIt();
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});
