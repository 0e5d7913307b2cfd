import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import readline from "node:readline";

const START = path.join(__dirname, "../../../provider/start.js");

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a plugin ends when the engine that started it is killed", async () => {
  // The shell stands for the engine: it starts the plugin, and is killed without notice.
  const script = `node ${JSON.stringify(START)} & echo "$!"; wait`;
  const engine = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = readline.createInterface({ input: engine.stdout })[Symbol.asyncIterator]();
  const pid = Number((await lines.next()).value);
  // It prints its port once it serves.
  expect((await lines.next()).value).toMatch(/^\d+$/);
  engine.kill("SIGKILL");
  await once(engine, "exit");
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
});
