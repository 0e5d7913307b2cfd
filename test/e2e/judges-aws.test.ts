import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MIB } from "../../facts/units";
import { start } from "../../rehearsal/aws";
import type { RunningCloud } from "../../rehearsal/cloud";
import { judgeWith, PYTHON, runJudge } from "./harness/judge";
import { administratorOf } from "../administrator";

// Clients that this project did not write, against the stand-in AWS with its delays.

jest.setTimeout(180_000);

const COLDSNAP = process.env["IMPRIMATUR_COLDSNAP"] ?? "coldsnap";
/** Long enough to meet every pending state, short enough for a test. */
const PACE = 0.3;

let folder: string;
let cloud: RunningCloud;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "judges-aws-"));
  cloud = await start({ directory: path.join(folder, "aws"), pace: PACE });
});

afterEach(async () => {
  await cloud.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, args: string[]) =>
  runJudge(command, args, administratorOf(cloud.environment()));

const boto3 = judgeWith("boto3", [PYTHON, "-c", "import boto3"], "pip install -r test/requirements.txt");
const coldsnap = judgeWith("coldsnap", [COLDSNAP, "--help"], "cargo install coldsnap@0.12.0");

boto3("boto3 publishes, copies, shares, is refused, and cleans up", async () => {
  const { status, output, errors } = await run(PYTHON, [
    path.join(__dirname, "..", "judges", "aws_judge.py"),
  ]);
  expect(errors).toBe("");
  expect(status).toBe(0);
  expect(output.match(/^ok - /gm)).toHaveLength(10);
  expect(await cloud.inventory()).toEqual([]);
});

coldsnap("coldsnap uploads, waits and downloads the same bytes", async () => {
  const disk = path.join(folder, "disk.raw");
  const back = path.join(folder, "back.raw");
  sparseDisk(disk);
  const endpoint = ["--endpoint", cloud.environment()["AWS_ENDPOINT_URL"]!];
  const uploaded = await run(COLDSNAP, [
    ...endpoint,
    "upload",
    "--no-progress",
    "--omit-zero-blocks",
    "--wait",
    disk,
  ]);
  expect([uploaded.status, uploaded.errors.includes("ERROR")]).toEqual([0, false]);
  const id = uploaded.output.trim();
  const downloaded = await run(COLDSNAP, [...endpoint, "download", "--no-progress", id, back]);
  expect(downloaded.status).toBe(0);
  expect(digest(back)).toBe(digest(disk));
  const [snapshot] = await cloud.inventory();
  expect(snapshot).toMatchObject({ kind: "snapshot", id, state: "completed", bytes: 17 * MIB });
});

/** 1 GiB with data at the beginning, in the middle and in the very last block. */
function sparseDisk(file: string): void {
  const handle = fs.openSync(file, "w");
  fs.ftruncateSync(handle, 1024 * MIB);
  const data = randomBytes(8 * MIB);
  fs.writeSync(handle, data, 0, data.length, 0);
  fs.writeSync(handle, data, 0, data.length, 500 * MIB);
  fs.writeSync(handle, data, 0, MIB, 1023 * MIB);
  fs.closeSync(handle);
}

function digest(file: string): string {
  const hash = createHash("sha256");
  const handle = fs.openSync(file, "r");
  const part = Buffer.alloc(4 * MIB);
  for (let read = fs.readSync(handle, part); read > 0; read = fs.readSync(handle, part))
    hash.update(part.subarray(0, read));
  fs.closeSync(handle);
  return hash.digest("hex");
}
