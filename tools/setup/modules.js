"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { SetupProblem } = require("./problem");
const { say } = require("./progress");
const { withLock } = require("./lock");

/** Installs the node modules of `root` exactly as its lock file says, unless that is what is installed. */
async function ensureModules(root) {
  if (installed(root)) return;
  await withLock(path.join(root, ".rehearsal", "modules.lock"), async () => {
    if (installed(root)) return;
    const modules = path.join(root, "node_modules");
    if (fs.lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
      // npm would empty the folder behind the link, which is somebody else's.
      throw new SetupProblem(
        `${modules} links to modules that are not those of package-lock.json: remove the link, then run this again`,
      );
    }
    say("installing node modules");
    const npm = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
    if (npm.error)
      throw new SetupProblem(`npm did not start (${npm.error.message}): install npm, it comes with Node`);
    if (npm.status !== 0) {
      throw new SetupProblem(
        "npm ci failed, see above: check that the npm registry is reached, then run this again",
      );
    }
  });
}

/**
 * Compares package-lock.json with the list that npm itself keeps of what it installed. npm writes that list last, so
 * an installation that was killed half-way is not taken for a whole one.
 */
function installed(root) {
  const wanted = packagesOf(path.join(root, "package-lock.json"));
  const present = packagesOf(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted) throw new SetupProblem(`${root}/package-lock.json: cannot be read; is this a whole checkout?`);
  if (!present) return false;
  const differs = (name) => present[name]?.integrity !== wanted[name]?.integrity;
  // Builds for other platforms, and leftovers in the lock file, which npm does not install.
  const mayLack = ({ optional, devOptional, extraneous }) => optional || devOptional || extraneous;
  const leftOut = (name) => !present[name] && mayLack(wanted[name]);
  return (
    Object.keys(wanted).every((name) => name === "" || leftOut(name) || !differs(name)) &&
    Object.keys(present).every((name) => wanted[name])
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

module.exports = { ensureModules, installed };
