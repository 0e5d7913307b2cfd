"use strict";

// `npm start`: set-up, then the guided rehearsal. What it takes is told by `npm start -- --help`.

const { spawn } = require("node:child_process");
const path = require("node:path");
const { setup } = require("./setup");
const { runMain } = require("./setup/problem");

const root = path.join(__dirname, "..");

runMain("start", async () => {
  await setup();
  const guided = path.join(root, "rehearsal", "start.ts");
  const args = ["--require", require.resolve("tsx/cjs"), guided, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  // Ctrl-C reaches the child by itself and is handled there.
  process.on("SIGINT", () => undefined);
  process.exitCode = await new Promise((done) => {
    child.on("close", (status, signal) => done(signal ? 130 : status));
  });
});
