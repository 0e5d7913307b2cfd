import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "../../../rehearsal/cli";
import { ask, isRunning, NotRunning } from "../../../rehearsal/control-client";
import { readServerFile } from "../../../rehearsal/place";
import { FolderTaken, startRehearsal } from "../../../rehearsal/server";
import type { Rehearsal } from "../../../rehearsal/running";

let folder: string;
let output: string;
let rehearsal: Rehearsal | undefined;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-"));
  output = "";
  const write = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  jest.spyOn(process.stdout, "write").mockImplementation(write);
  jest.spyOn(process.stderr, "write").mockImplementation(write);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rehearsal?.stop();
  rehearsal = undefined;
  fs.rmSync(folder, { recursive: true, force: true });
});

test("one folder has one rehearsal at a time, and the next one answers at the same ports", async () => {
  rehearsal = await startRehearsal({ folder, pace: 0 });
  const { port } = rehearsal.clouds["aws"]!;
  const keys = rehearsal.environment()["AWS_SECRET_ACCESS_KEY"];
  await rehearsal.stop();
  rehearsal = await startRehearsal({ folder, pace: 0 });
  expect(rehearsal.clouds["aws"]!.port).toBe(port);
  expect(rehearsal.environment()["AWS_SECRET_ACCESS_KEY"]).toBe(keys);
});

test("a folder whose lock is held by a living process is refused, a dead one's is taken over", async () => {
  fs.writeFileSync(path.join(folder, "lock"), String(process.ppid));
  await expect(startRehearsal({ folder, pace: 0 })).rejects.toBeInstanceOf(FolderTaken);
  for (const gone of ["999999999", "999999999 1", "", `${process.ppid} 1`]) {
    fs.writeFileSync(path.join(folder, "lock"), gone);
    rehearsal = await startRehearsal({ folder, pace: 0 });
    expect(await isRunning(folder)).toBe(true);
    await rehearsal.stop();
  }
});

const onLinux = fs.existsSync("/proc/self/stat") ? test : test.skip;
onLinux(
  "the lock of a server that was killed is taken over, even if nobody collects the dead process",
  async () => {
    // The shell never waits for its child, which therefore stays a zombie until the shell is gone.
    const script = "sleep 0 & echo $!; exec sleep 60";
    const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [line] = (await once(shell.stdout, "data")) as [Buffer];
      const pid = line.toString().trim();
      const stat = () => fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
      while (stat()[2] !== "Z") await new Promise((resolve) => setImmediate(resolve));
      fs.writeFileSync(path.join(folder, "lock"), `${pid} ${stat()[21]}`);
      rehearsal = await startRehearsal({ folder, pace: 0 });
      expect(await isRunning(folder)).toBe(true);
    } finally {
      shell.kill();
    }
  },
);

test("only who can read the folder may steer, and nobody answers after the end", async () => {
  rehearsal = await startRehearsal({ folder, pace: 0 });
  const { port } = readServerFile(folder)!;
  const response = await fetch(`http://127.0.0.1:${port}/stop`, {
    method: "POST",
    headers: { authorization: "Bearer x" },
  });
  expect(response.status).toBe(403);
  expect(fs.statSync(path.join(folder, "server.json")).mode & 0o077).toBe(0);
  await ask(folder, "POST", "stop");
  await rehearsal.stopped;
  await expect(ask(folder, "GET", "inventory")).rejects.toBeInstanceOf(NotRunning);
});

test("a folder that was deleted ends its server", async () => {
  rehearsal = await startRehearsal({ folder, pace: 0 });
  fs.rmSync(path.join(folder, "server.json"));
  await rehearsal.stopped;
});

describe("the command", () => {
  test("inventory is known without a running server, and leaves none behind", async () => {
    expect(await run(["inventory", "--json", "--directory", folder])).toBe(0);
    expect(JSON.parse(output)).toEqual([]);
    expect(await isRunning(folder)).toBe(false);
  });

  test("a fault needs a running server, and says how to get one", async () => {
    expect(await run(["fault", '{"kind":"list"}', "--directory", folder])).toBe(1);
    expect(output).toContain("'imprimatur rehearsal env' starts one");
  });

  test("faults and accounts reach the cloud", async () => {
    rehearsal = await startRehearsal({ folder, pace: 0 });
    expect(await run(["account", "third", "--directory", folder])).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      name: "third",
      id: expect.stringMatching(/^\d{12}$/) as unknown,
    });
    expect(await run(["fault", "{kind", "--directory", folder])).toBe(1);
    expect(await run(["fault", '{"cloud":"mars","kind":"list"}', "--directory", folder])).toBe(1);
    expect(output).toContain('no cloud "mars"; there are aws');
  });

  test("stop says what it found", async () => {
    expect(await run(["stop", "--directory", folder])).toBe(0);
    expect(output).toBe("No rehearsal was running.\n");
  });

  test.each([
    [["--help"], 0],
    [["fly"], 2],
    [["env", "--pace", "-1"], 2],
    [[], 2],
  ])("%j ends with code %d", async (argv, code) => {
    expect(await run(argv)).toBe(code);
    expect(output).toContain("rehearsal");
  });
});
