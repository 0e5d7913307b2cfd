"use strict";

const { spawn, spawnSync } = require("node:child_process");
const path = require("node:path");
const { SetupProblem } = require("./problem");
const { clear, progress } = require("./progress");

/** Whether programs can be built here. */
function hasGo() {
  return spawnSync("go", ["version"]).status === 0;
}

/** Builds `target` in the module of `cwd` into the file `output`: exactly the versions of its committed go.mod and go.sum. */
async function goBuild({ cwd, target, output, linkerFlags }) {
  const env = { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ""} -mod=readonly`.trim(), GOWORK: "off" };
  const show = progress(path.basename(output));
  show("fetching modules");
  const listed = await run("go", ["list", "-deps", target], { cwd, env }, () => show("fetching modules"));
  const total = listed.stdout.split("\n").length - 1;
  let compiled = 0;
  const args = ["build", "-v", `-ldflags=${linkerFlags}`, "-o", output, target];
  await run("go", args, { cwd, env }, (stderr) => {
    compiled += stderr.split("\n").length - 1; // -v names each package on a line of its own
    show(`${compiled} of at most ${total} packages compiled`);
  });
  clear();
}

function run(command, args, options, onProgress) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const kept = { stdout: "", stderr: "" };
    const ticks = setInterval(() => onProgress(""), 1000);
    child.stdout.on("data", (chunk) => (kept.stdout += chunk));
    child.stderr.on("data", (chunk) => {
      kept.stderr = (kept.stderr + chunk).slice(-4000);
      onProgress(String(chunk));
    });
    child.on("error", fail);
    child.on("close", (status) => {
      clearInterval(ticks);
      if (status === 0) return done(kept);
      fail(new SetupProblem(`${command} ${args[0]} failed in ${options.cwd}:\n${kept.stderr.trim()}`));
    });
  });
}

module.exports = { goBuild, hasGo };
