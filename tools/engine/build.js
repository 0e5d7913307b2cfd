"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { goBuild, hasGo } = require("../setup/go");
const { SetupProblem } = require("../setup/problem");
const { say } = require("../setup/progress");

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
 * checked by the TypeScript compiler when it starts, a second or more each time, and a checkout's TypeScript would not
 * be loaded at all. Pulumi's own builds need none of this.
 */
const HOST = `#!/bin/sh
# The options of Pulumi.yaml, as flags: see tools/engine/build.js of Imprimatur.
project=$PWD
while [ ! -f "$project/Pulumi.yaml" ] && [ "$project" != / ]; do project=$(dirname "$project"); done
option() { sed -n "s/^ *$1: *//p" "$project/Pulumi.yaml" 2>/dev/null | head -n 1 | tr -d "'\\042"; }
types=$(option typescript)
args=$(option nodeargs)
exec "$(dirname "$0")/node-host" "-typescript=\${types:-true}" \${args:+"-nodeargs=$args"} "$@"
`;

/** Builds the engine with Go from the module proxy into `work`; returns the folder of the binaries. */
async function buildEngine(version, work) {
  if (!hasGo()) {
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
  const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  await goBuild({
    cwd: path.join(__dirname, folder),
    target,
    output: path.join(bin, binary),
    linkerFlags: `-s -w ${stamp}`,
  });
}

module.exports = { buildEngine };
