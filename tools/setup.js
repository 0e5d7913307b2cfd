"use strict";

// `node tools/setup.js`: everything that the project needs on this machine, and nothing twice. Runs before node modules
// exist, so this and all that it requires use Node's own library only.

const path = require("node:path");
const { engineFolder, ensureEngine } = require("./engine");
const { engines } = require("../package.json");
const { ensureModules } = require("./setup/modules");
const { isSupported } = require("./setup/node-version");
const { runMain, SetupProblem } = require("./setup/problem");

const root = path.join(__dirname, "..");

function checkMachine() {
  const { node } = process.versions;
  if (!isSupported(node, engines.node))
    throw new SetupProblem(`Node ${node} is not supported: install one of ${engines.node}`);
  if (process.platform === "win32")
    throw new SetupProblem("Windows is not supported: use WSL, Linux or macOS");
}

/** Node modules and, unless told otherwise, the Pulumi engine. */
async function setup({ engine = true } = {}) {
  checkMachine();
  await ensureModules(root);
  if (engine) await ensureEngine();
}

if (require.main === module) {
  runMain("setup", async () => {
    const modulesOnly = process.argv.includes("--modules");
    await setup({ engine: !modulesOnly });
    if (!modulesOnly) process.stderr.write(`ready; the engine is in ${engineFolder()}\n`);
  });
}

module.exports = { setup };
