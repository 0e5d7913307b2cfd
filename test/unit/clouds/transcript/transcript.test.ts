import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { PATIENT } from "../../../../clouds/retry";
import { callGoogle, type GoogleRequest } from "../../../../clouds/gcp/api/session";
import { googleServices } from "../../../../clouds/gcp/transcript";
import { transcribed } from "../../../../clouds/transcript/http";
import {
  activeTranscript,
  type Exchange,
  onTranscriptTrouble,
  Transcript,
  TRANSCRIPT_VARIABLE,
} from "../../../../clouds/transcript/transcript";

const EXCHANGE: Exchange = {
  time: "2026-11-28T00:00:00.000Z",
  ms: 1,
  cloud: "gcp",
  service: "compute",
  method: "GET",
  path: "/",
  attempt: 1,
  request: { headers: {} },
  status: 200,
};

let folder: string;
let said: string[];
const before = { ...process.env };
const say = (line: string) => void said.push(line);
const linesOf = (file: string) =>
  fs
    .readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Exchange);

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "transcript-"));
  process.env.XDG_CACHE_HOME = path.join(folder, "cache");
  said = [];
});
afterEach(() => {
  process.env = { ...before };
  fs.rmSync(folder, { recursive: true, force: true });
});

test("is for its owner's eyes, also where the file was there before", () => {
  const file = path.join(folder, "t.jsonl");
  fs.writeFileSync(file, "", { mode: 0o644 });
  Transcript.open(file, say).write(EXCHANGE);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test("two writers keep each other's lines, and have one pseudonym for one name", () => {
  const file = path.join(folder, "t.jsonl");
  const writers = [Transcript.open(file, say), Transcript.open(file, say)];
  for (const writer of [...writers, ...writers])
    writer.write({ ...EXCHANGE, path: writer.shaper.path("/projects/payroll") });
  const paths = linesOf(file).map((line) => line.path);
  expect(paths).toHaveLength(4);
  expect(new Set(paths).size).toBe(1);
  expect(paths[0]).toMatch(/^\/projects\/<name:\w+>$/);
});

test.each([
  [
    "a full disk",
    "/dev/full",
    /^the transcript \/dev\/full cannot be written \(ENOSPC: .*\); the work goes on without it$/,
  ],
  ["no such folder", "/nowhere/t.jsonl", /\(ENOENT: no such file or directory\)/],
  ["a folder", os.tmpdir(), /\(EISDIR: illegal operation on a directory\)/],
])("%s is said once, in one sentence, and stops nothing", (_what, file, sentence) => {
  const transcript = Transcript.open(file, say);
  for (let times = 0; times < 3; times++) transcript.write(EXCHANGE);
  expect(said).toEqual([expect.stringMatching(sentence)]);
  expect(transcript.isOpen).toBe(false);
});

describe("a call that is tried again", () => {
  /** One call, with a cloud's response to each try. */
  async function call(...answers: (Error | { status: number; text: string })[]): Promise<Exchange[]> {
    const file = path.join(folder, "t.jsonl");
    process.env[TRANSCRIPT_VARIABLE] = file;
    onTranscriptTrouble(say);
    const send = transcribed(googleServices, async (_request: GoogleRequest) => {
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return { headers: new Headers(), ...next! };
    });
    const session = {
      send,
      signal: new AbortController().signal,
      policy: { ...PATIENT, attempts: 3, wait: async () => undefined },
      status: () => undefined,
    };
    const url = "https://compute.googleapis.com/compute/v1/projects/payroll?key=payroll";
    await callGoogle(session, "get", { method: "GET", url }).catch(() => undefined);
    activeTranscript();
    return linesOf(file);
  }
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  const busy = { status: 429, text: '{"error": {"code": 429, "errors": [{"reason": "rateLimitExceeded"}]}}' };
  const fine = { status: 200, text: '{"name": "payroll"}' };

  test("has a line for each try, with its number and kind of failure; one without an answer too", async () => {
    const lines = await call(reset, busy, fine);
    expect(lines.map(({ attempt, status, failure }) => ({ attempt, status, failure }))).toEqual([
      { attempt: 1, status: undefined, failure: "network" },
      { attempt: 2, status: 429, failure: "throttled" },
      { attempt: 3, status: 200, failure: undefined },
    ]);
    expect(JSON.stringify(lines)).not.toContain("payroll");
  });

  test("says why it was refused", async () => {
    const [line] = await call({
      status: 403,
      text: '{"error": {"code": 403, "status": "PERMISSION_DENIED"}}',
    });
    expect(line).toMatchObject({
      status: 403,
      failure: "denied",
      answer: { body: { error: { status: "PERMISSION_DENIED" } } },
    });
  });
});
