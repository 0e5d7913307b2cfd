"use strict";

// `npm run try -- aws`: set-up and the demo disk, then `imprimatur try`. With --rehearsal the stand-in clouds of this machine
// take the place of the real ones, by the environment alone.

const { spawn, spawnSync } = require("node:child_process");
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
  const env = { ...process.env, PATH: [engineFolder(), process.env.PATH].join(path.delimiter) };
  if (given.length < args.length)
    Object.assign(env, JSON.parse(run([program, "rehearsal", "env", "--json"])));
  const child = spawn(process.execPath, [program, "try", ...given], { stdio: "inherit", env });
  // One that is sent to this process alone is passed on; a terminal's comes to the child twice, which takes that for one press. The
  // command is a process of its own: Node reads NODE_EXTRA_CA_CERTS, which the rehearsal of Azure needs, only as it starts.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
  process.exitCode = await new Promise((done) => {
    child.on("close", (status, signal) => done(signal ? 130 : status));
  });
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
