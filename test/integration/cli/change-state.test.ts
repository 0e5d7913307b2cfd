import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { recordedText } from "../../unit/plan/recorded";
import { imageFileText } from "./image-file-text";
import { runCli, type Terminal } from "../../unit/cli/run-cli";

/** An engine that records its arguments, and the stack file at that time. */
const ENGINE = `#!/bin/sh
echo "$*" >> "$ENGINE_LOG"
case "$*" in
  "stack export"*) printf '{"version":3,"deployment":{"resources":[%s]}}' "$ENGINE_STATE" ;;
  preview*) cat "$ENGINE_PREVIEW" ;;
  up*) cp "$STACK_FILE" "$STACK_FILE.seen"; exit "$ENGINE_STATUS" ;;
esac
`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "change-state-"));
const at = (name: string) => path.join(folder, name);
const FILE = at("stacks/Pulumi.lab2.yaml");
const before = { ...process.env };
const home = process.cwd();

beforeAll(() => {
  fs.writeFileSync(at("pulumi"), ENGINE, { mode: 0o755 });
  fs.writeFileSync(at("Pulumi.yaml"), "name: imprimatur\n");
  fs.mkdirSync(at("stacks"));
  fs.writeFileSync(at("1.json"), imageFileText("1"));
  process.chdir(folder);
});
beforeEach(() => {
  Object.assign(process.env, {
    PATH: `${folder}:${before.PATH}`,
    PULUMI_BACKEND_URL: `file://${folder}`,
    ENGINE_LOG: at("log"),
    ENGINE_PREVIEW: at("preview.json"),
    ENGINE_STATUS: "0",
    ENGINE_STATE: "",
    STACK_FILE: FILE,
    CI: "",
  });
  for (const name of ["log", "stacks/Pulumi.lab2.yaml.seen"]) fs.rmSync(at(name), { force: true });
  fs.writeFileSync(at("preview.json"), recordedText("withdraw"));
  fs.writeFileSync(FILE, TEXT);
});
afterAll(() => {
  process.chdir(home);
  process.env = before;
  fs.rmSync(folder, { recursive: true, force: true });
});

const line = (state: string, more = "") =>
  `    - { version: "1", state: ${state}${more}, imageFile: 1.json } # ours\n`;
const HEAD = `config:
  imprimatur:product: { name: demo, publisher: Test, provenance: official }
  imprimatur:checks: { input: optional, policy: optional, record: optional }
  imprimatur:releases:
`;
const TAIL = "  imprimatur:aws: { homeRegion: eu-central-1, regions: { eu-central-1: {} } }\n";
const TEXT = HEAD + line("published") + TAIL;
const WITHDRAWN = HEAD + line("withdrawn", ', reason: "bad build"') + TAIL;
const WITHDRAW = ["withdraw", "1", "--reason", "bad build", "--stack", "lab2"];
const written = () => fs.readFileSync(FILE, "utf8");
const asked = () => (fs.existsSync(at("log")) ? fs.readFileSync(at("log"), "utf8").split("\n") : []);
const ups = () => asked().filter((words) => words.startsWith("up "));
const somebody = (...answers: string[]): Terminal => ({ ask: async () => answers.shift() ?? "" });

test("says it in the stack file, and lets no failure stop the others", async () => {
  const { code, err } = await runCli([...WITHDRAW, "--yes"]);
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringContaining("says so now: 1 is withdrawn") as string,
  });
  expect(written()).toBe(WITHDRAWN);
  expect(fs.readFileSync(`${FILE}.seen`, "utf8")).toBe(WITHDRAWN);
  expect(ups()).toEqual([expect.stringContaining("--continue-on-error")]);
});

test("goes on where the file says it already", async () => {
  fs.writeFileSync(FILE, WITHDRAWN);
  const { code } = await runCli([...WITHDRAW, "--yes"]);
  expect({ code, written: written(), ups: ups().length }).toEqual({ code: 0, written: WITHDRAWN, ups: 1 });
});

test("an up that failed leaves the file as it was edited: the same command goes on", async () => {
  process.env.ENGINE_STATUS = "255";
  const open = "AMI a in us-east-1 is still open for everyone: no answer; `imprimatur up` tries again";
  process.env.ENGINE_STATE = JSON.stringify({
    urn: "a",
    type: "imprimatur:aws:ImageClosing",
    outputs: { open },
  });
  const { code, err } = await runCli([...WITHDRAW, "--yes"]);
  // No stranger was asked: the state alone knows.
  expect({ code, written: written() }).toEqual({ code: 3, written: WITHDRAWN });
  expect(err).toContain(`still open:\n- ${open}\n`);
  expect(err).toContain("1 place is not closed for certain; `imprimatur withdraw 1");
  process.env.ENGINE_STATE = "";
  const closed = await runCli([...WITHDRAW, "--yes"]);
  expect(closed).toMatchObject({
    code: 1,
    err: expect.stringContaining("The same command again goes on") as string,
  });
});

test.each([
  { what: "the answer is no", terminal: somebody("n"), preview: "withdraw", code: 1 },
  { what: "the preview finds a problem", terminal: somebody("y"), preview: "refused-illegal", code: 1 },
])("the file is as it was where $what", async ({ terminal, preview, code }) => {
  fs.writeFileSync(at("preview.json"), recordedText(preview));
  const ran = await runCli(WITHDRAW, undefined, terminal);
  expect({ code: ran.code, written: written(), ups: ups() }).toEqual({ code, written: TEXT, ups: [] });
});

test("what is guarded must be named", async () => {
  fs.writeFileSync(FILE, HEAD + line("staged") + TAIL);
  fs.writeFileSync(at("preview.json"), recordedText("publish"));
  const refused = await runCli(["publish", "1", "--stack", "lab2", "--yes"]);
  expect({ code: refused.code, written: written() }).toEqual({
    code: 13,
    written: HEAD + line("staged") + TAIL,
  });
  const named = await runCli(["publish", "1", "--stack", "lab2", "--yes", "--allow", "make-public"]);
  expect({ code: named.code, written: written() }).toEqual({ code: 0, written: TEXT });
  expect(ups()).toEqual([expect.not.stringContaining("--continue-on-error")]);
});

test.each([
  { argv: ["withdraw", "2", "--reason", "x", "--yes"], says: "there is no release 2; it has 1" },
  { argv: ["withdraw", "1", "--yes"], says: "--reason" },
  { argv: ["deprecate", "1"], says: "there is nobody to ask: add --yes" },
])("$argv is wrong usage", async ({ argv, says }) => {
  const { code, err } = await runCli([...argv, "--stack", "lab2"]);
  expect(code).toBe(2);
  expect(err).toContain(says);
  expect(written()).toBe(TEXT);
});
