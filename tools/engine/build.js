"use strict";

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { SetupProblem } = require("../setup/problem");
const { clear, progress, say } = require("../setup/progress");

/**
 * What is built, each from a folder with its own go.mod and go.sum. Two modules, because the newest Node host that the
 * Go module proxy serves needs other versions than the newest engine.
 */
const PARTS = [
  { folder: "cli", target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", binary: "pulumi" },
  {
    folder: "host",
    target: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    binary: "node-host",
  },
];

/**
 * What the engine starts as its Node host. The host of the sdk module (3.68) takes the options of Pulumi.yaml as flags;
 * this engine sends them in the request, which that host does not read. Without them each program would be
 * checked by the TypeScript compiler when it starts: a second or more, each time. Pulumi's own builds need none of this.
 */
const HOST = `#!/bin/sh
# The options of Pulumi.yaml, as flags: see tools/engine/build.js of Imprimatur.
exec "$(dirname "$0")/node-host" -typescript=false "-nodeargs=--require tsx/cjs" "$@"
`;

/** Builds the engine with Go from the module proxy into `work`; returns the folder of the binaries. */
async function buildEngine(version, work) {
  if (spawnSync("go", ["version"]).status !== 0) {
    throw new SetupProblem(
      `no Pulumi ${version} on PATH, its download is not reached, and there is no Go to build it: ` +
        `install Pulumi ${version} or newer (pulumi.com/docs/install) or Go 1.26 or newer, then run this again`,
    );
  }
  say("building the Pulumi engine with Go: once on this machine, some minutes");
  const bin = path.join(work, "bin");
  fs.mkdirSync(bin);
  for (const part of PARTS) await buildPart(part, version, bin);
  fs.writeFileSync(path.join(bin, "pulumi-language-nodejs"), HOST, { mode: 0o755 });
  return bin;
}

async function buildPart({ folder, target, binary }, version, bin) {
  const cwd = path.join(__dirname, folder);
  // Exactly the versions of the committed go.mod and go.sum.
  const env = { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ""} -mod=readonly`.trim(), GOWORK: "off" };
  const show = progress(binary);
  show("fetching modules");
  const listed = await run("go", ["list", "-deps", target], { cwd, env }, () => show("fetching modules"));
  const total = listed.stdout.split("\n").length - 1;
  const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  let compiled = 0;
  const args = ["build", "-v", `-ldflags=-s -w ${stamp}`, "-o", path.join(bin, binary), target];
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

module.exports = { buildEngine };
