"use strict";

// `npm run try -- aws`: set-up and the demo disk, then `imprimatur try`. With --rehearsal the stand-in clouds of this machine
// take the place of the real ones, by the environment alone.

const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { engineFolder } = require("./engine");
const { setup } = require("./setup");
const { runMain, SetupProblem } = require("./setup/problem");

const root = path.join(__dirname, "..");
const program = path.join(root, "cli", "imprimatur.js");

runMain("try", async () => {
  await setup();
  const args = process.argv.slice(2);
  const given = args.filter((word) => word !== "--rehearsal");
  run([require.resolve("tsx/cli"), path.join(__dirname, "demo-disk.ts")]);
  process.env.PATH = [engineFolder(), process.env.PATH].join(path.delimiter);
  if (given.length < args.length)
    Object.assign(process.env, JSON.parse(run([program, "rehearsal", "env", "--json"])));
  // In this process: a signal that is sent to it is sent to the command.
  process.argv = [process.argv[0], program, "try", ...given];
  require(program);
});

function run(args) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", 2],
  });
  if (status !== 0) throw new SetupProblem(`${path.basename(args[0])} failed, see above`);
  return stdout;
}
