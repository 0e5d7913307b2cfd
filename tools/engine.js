"use strict";

// The Pulumi engine: where it is, and how it is got. Node's own library only.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { buildEngine } = require("./engine/build");
const { downloadEngine } = require("./engine/download");
const { withLock } = require("./setup/lock");
const { SetupProblem } = require("./setup/problem");

/** The version that is fetched or built, and the oldest that is accepted on PATH: the one all of this was tried with. */
const ENGINE_VERSION = "3.259.0";

/** Raised when something else is made of the same version. */
const RECIPE = 3;

/** The engine and the host that runs its Node programs; both must be there. */
const BINARIES = ["pulumi", "pulumi-language-nodejs"];

function cacheFolder() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  return path.join(cache, "imprimatur", "engine", `${ENGINE_VERSION}-${RECIPE}`);
}

/** Folder that holds `pulumi` and its Node host, to be put on PATH. Throws when set-up has not been run. */
function engineFolder() {
  const folder = engineOnPath() ?? cachedEngine();
  if (!folder) throw new SetupProblem("the Pulumi engine is not there: run 'node tools/setup.js'");
  return folder;
}

/** Makes sure there is an engine: on PATH, in the cache, by download, or by building it. */
async function ensureEngine() {
  if (engineOnPath() ?? cachedEngine()) return;
  const target = cacheFolder();
  await withLock(`${target}.lock`, async () => {
    if (cachedEngine()) return;
    // Whatever was made goes to its place by one rename: a killed set-up leaves nothing that looks like an engine.
    const work = fs.mkdtempSync(`${target}.making-`);
    try {
      const bin = (await downloadEngine(ENGINE_VERSION, work)) ?? (await buildEngine(ENGINE_VERSION, work));
      fs.mkdirSync(target, { recursive: true });
      fs.rmSync(path.join(target, "bin"), { recursive: true, force: true });
      fs.renameSync(bin, path.join(target, "bin"));
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  });
}

function cachedEngine() {
  const bin = path.join(cacheFolder(), "bin");
  return BINARIES.every((name) => fs.existsSync(path.join(bin, name))) ? bin : undefined;
}

function engineOnPath() {
  const folder = (process.env.PATH ?? "")
    .split(path.delimiter)
    .find((candidate) => candidate && BINARIES.every((name) => fs.existsSync(path.join(candidate, name))));
  if (!folder) return undefined;
  const said =
    spawnSync(path.join(folder, "pulumi"), ["version"], { encoding: "utf8", timeout: 30_000 }).stdout ?? "";
  return newEnough(said) ? folder : undefined;
}

/** Whether what `pulumi version` said is at least ENGINE_VERSION. A build from source says so in a suffix. */
function newEnough(said) {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(said.trim());
  if (!found) return false;
  const wanted = ENGINE_VERSION.split(".").map(Number);
  const parts = found.slice(1).map(Number);
  const first = parts.findIndex((part, index) => part !== wanted[index]);
  return first === -1 || parts[first] > wanted[first];
}

module.exports = { ENGINE_VERSION, engineFolder, ensureEngine, newEnough };
