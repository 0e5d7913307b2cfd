#!/usr/bin/env node
"use strict";

// The command. Node's own library only until node modules are known to be there.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");

/** Runs set-up on a fresh checkout, with everything it says on stderr: stdout belongs to the command. */
function ensureModules() {
  const modules = path.join(root, "node_modules");
  // npm writes its list last: without it an installation is not there, or was killed half-way.
  if (fs.existsSync(path.join(modules, ".package-lock.json"))) return;
  // Installed as a package, the modules lie in a folder above.
  if (!fs.existsSync(modules) && canResolve("tsx/cjs")) return;
  const { status } = spawnSync(process.execPath, [path.join(root, "tools", "setup.js"), "--modules"], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(1);
}

function canResolve(name) {
  try {
    return Boolean(require.resolve(name));
  } catch {
    return false;
  }
}

ensureModules();
require("tsx/cjs");

const [first, ...rest] = process.argv.slice(2);
// By path, at run time: the product never imports the rehearsal.
const ended =
  first === "rehearsal"
    ? require(path.join(root, "rehearsal", "cli.ts")).run(rest)
    : require("./main.ts").run(process.argv.slice(2));

ended.then((code) => {
  process.exitCode = code;
});
