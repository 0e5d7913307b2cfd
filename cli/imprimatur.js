#!/usr/bin/env node
"use strict";

// The command. Node's own library only until node modules are known to be there. A checkout holds the sources, which tsx
// compiles as they are loaded; a package holds what `npm pack` compiled.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const isCheckout = fs.existsSync(path.join(__dirname, "main.ts"));

/** Runs set-up on a fresh checkout, with everything it says on stderr: stdout belongs to the command. */
function ensureModules() {
  // npm writes its list last: without it an installation is not there, or was killed half-way.
  if (fs.existsSync(path.join(root, "node_modules", ".package-lock.json"))) return;
  const { status } = spawnSync(process.execPath, [path.join(root, "tools", "setup.js"), "--modules"], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(1);
}

/** The rehearsal's command, by its path in a checkout, else from the project's node modules: the product never imports it. */
function rehearsal() {
  if (isCheckout) return require(path.join(root, "rehearsal", "cli.ts"));
  const from = [process.cwd(), __dirname];
  try {
    return require(require.resolve("@imprimatur/rehearsal", { paths: from }));
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND" || !/@imprimatur\/rehearsal'/.test(error.message)) throw error;
    process.stderr.write(
      "imprimatur: the rehearsal is a package of its own: npm install --save-dev @imprimatur/rehearsal\n",
    );
    process.exit(1);
  }
}

if (!isCheckout && !fs.existsSync(path.join(root, "dist"))) {
  process.stderr.write(
    "imprimatur: this package was packed before it was compiled: pack it with `npm run package`\n",
  );
  process.exit(1);
}
if (isCheckout) {
  ensureModules();
  require("tsx/cjs");
}

const argv = process.argv.slice(2);
// `help rehearsal` is `rehearsal --help`.
const [first, ...rest] = argv[0] === "help" && argv[1] === "rehearsal" ? ["rehearsal", "--help"] : argv;
const ended =
  first === "rehearsal"
    ? rehearsal().run(rest)
    : require(isCheckout ? "./main.ts" : "../dist/cli/main.js").run(argv);

ended.then((code) => {
  process.exitCode = code;
});
