import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { repairState } from "../../../cli/repair-state";
import { isBehind } from "../../../cli/restore-state";
import { runCli } from "../../unit/cli/run-cli";

/** An engine that refuses a state with the word BROKEN, in the words of 3.259, and mends MENDABLE ones. */
const ENGINE = `#!/bin/sh
state="$STATE_FOLDER/.pulumi/stacks/imprimatur/lab2.json"
refuse() {
  echo "error: The Pulumi CLI encountered a snapshot integrity error. This is a bug!" >&2
  echo "Error:             snapshot integrity failure; refusing to use it: resource b's dependency a comes after it" >&2
  printf 'Stack Trace:\\n\\ngoroutine 1 [running]:\\n\\t/go/main.go:67 +0x6d\\n' >&2
  exit 255
}
case "$*" in
  "stack --stack"*) if grep -q BROKEN "$state"; then refuse; fi ;;
  preview*) refuse ;;
  "state repair --yes"*) grep -q MENDABLE "$state" || exit 1; sed -i s/BROKEN/mended/ "$state" ;;
  "stack export"*) echo '{"version":3,"deployment":{"manifest":{},"resources":[]}}' ;;
esac
`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "repair-"));
const STATE = path.join(folder, ".pulumi/stacks/imprimatur/lab2.json");
const before = { ...process.env };
const home = process.cwd();

beforeAll(() => {
  fs.writeFileSync(path.join(folder, "pulumi"), ENGINE, { mode: 0o755 });
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: imprimatur\n");
  process.chdir(folder);
  Object.assign(process.env, {
    PATH: `${folder}:${before.PATH}`,
    PULUMI_BACKEND_URL: `file://${folder}`,
    STATE_FOLDER: folder,
    CI: "",
  });
});
beforeEach(() => fs.rmSync(path.join(folder, ".pulumi"), { recursive: true, force: true }));
afterAll(() => {
  process.chdir(home);
  process.env = before;
  fs.rmSync(folder, { recursive: true, force: true });
});

/** @param hour of the file's modification time */
function write(file: string, word: string, hour: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: { word } } }));
  const at = new Date(Date.UTC(2026, 10, 29, hour));
  fs.utimesSync(file, at, at);
}
const word = () => /"word":"([^"]*)"/.exec(fs.readFileSync(STATE, "utf8"))?.[1];

test("a sound state is left alone", async () => {
  write(STATE, "sound", 12);
  expect(await repairState("lab2")).toBeUndefined();
  expect({ word: word(), behind: await isBehind("lab2") }).toEqual({ word: "sound", behind: false });
});

test("a state that the engine refuses is mended by the first command, which says what was broken", async () => {
  write(STATE, "BROKEN MENDABLE", 12);
  const { code, err } = await runCli(["recover", "--stack", "lab2"]);
  expect({ code, err }).toEqual({
    code: 0,
    err:
      "recover: the state of lab2 was broken: resource b's dependency a comes after it; `pulumi state repair` has put it in order, and " +
      "left out no resource. What the clouds have more is found by the next up.\n",
  });
  // A missing resource's object may still be in a cloud.
  expect({ word: word(), behind: await isBehind("lab2") }).toEqual({ word: "mended MENDABLE", behind: true });
});

test("what the engine cannot mend is replaced by the newest copy that it accepts", async () => {
  write(STATE, "BROKEN", 12);
  write(`${STATE}.bak`, "BROKEN too", 11);
  write(path.join(folder, ".pulumi/history/imprimatur/lab2/lab2-2.checkpoint.json"), "newer", 10);
  write(path.join(folder, ".pulumi/history/imprimatur/lab2/lab2-1.checkpoint.json"), "older", 9);
  expect(await repairState("lab2")).toMatchObject({
    from: expect.stringContaining("lab2-2") as string,
    writtenAt: "2026-11-29T10:00:00.000Z",
  });
  expect({ word: word(), behind: await isBehind("lab2") }).toEqual({ word: "newer", behind: true });
});

test("where no copy is sound, the state stays as it is, and the refusal says what helps", async () => {
  write(STATE, "BROKEN", 12);
  write(`${STATE}.bak`, "BROKEN too", 11);
  const { code, err } = await runCli(["up", "--stack", "lab2", "--yes"]);
  expect(code).toBe(1);
  expect(err).toMatch(
    /^imprimatur: lab2: the state is broken: resource b's dependency a comes after it; .* no copy is sound: put one back .*lab2\.json\..*sweep lists.*\n$/,
  );
  expect(word()).toBe("BROKEN");
});

test("a command that mends nothing names the one that does", async () => {
  write(STATE, "BROKEN", 12);
  const { code, err } = await runCli(["plan", "--stack", "lab2"]);
  expect({ code, err }).toEqual({
    code: 1,
    err: "imprimatur: pulumi preview: the state is broken: resource b's dependency a comes after it; imprimatur recover mends it, and keeps what the clouds hold\n",
  });
});
