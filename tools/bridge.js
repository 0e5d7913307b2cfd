"use strict";

// `node tools/bridge.js`: builds the judge of the stand-in plugins (rehearsal/bridge) once on this machine, for the
// end-to-end tests: aws and gcp through the real Pulumi bridge. Nothing else needs it, or Go. Node's own library only.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { goBuild, hasGo } = require("./setup/go");
const { withLock } = require("./setup/lock");
const { runMain, SetupProblem } = require("./setup/problem");
const { say } = require("./setup/progress");

const SOURCE = path.join(__dirname, "..", "rehearsal", "bridge");

/** One program, which does as its name says. */
const BINARIES = ["pulumi-resource-aws", "pulumi-resource-gcp"];

/** Folder that holds the plugins, to be put on PATH; `undefined` where they have not been built from these sources. */
function bridgeFolder() {
  const bin = path.join(cacheFolder(), "bin");
  return BINARIES.every((name) => fs.existsSync(path.join(bin, name))) ? bin : undefined;
}

/** Builds the plugins unless they are there. Throws where there is no Go. */
async function ensureBridge() {
  if (bridgeFolder()) return;
  if (!hasGo()) throw new SetupProblem("there is no Go to build the bridge: install Go 1.26 or newer");
  const target = cacheFolder();
  await withLock(`${target}.lock`, async () => {
    if (bridgeFolder()) return;
    say("building the Pulumi bridge with Go: once on this machine, some minutes");
    const work = fs.mkdtempSync(`${target}.making-`);
    try {
      const [first, ...others] = BINARIES;
      await goBuild({
        cwd: SOURCE,
        target: ".",
        output: path.join(work, "bin", first),
        linkerFlags: "-s -w",
      });
      for (const name of others) fs.symlinkSync(first, path.join(work, "bin", name));
      fs.rmSync(target, { recursive: true, force: true });
      fs.renameSync(work, target);
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  });
}

/** A folder for each state of the sources: another commit's plugins are never taken for this one's. */
function cacheFolder() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  const hash = createHash("sha256");
  for (const file of sources(SOURCE)) {
    hash
      .update(`${path.relative(SOURCE, file)}\0`)
      .update(fs.readFileSync(file))
      .update("\0");
  }
  return path.join(cache, "imprimatur", "bridge", hash.digest("hex").slice(0, 16));
}

function sources(folder) {
  const entries = fs.readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith("_test.go") && entry.name !== "README.md")
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

if (require.main === module) {
  runMain("bridge", async () => {
    await ensureBridge();
    process.stderr.write(`ready; the bridge is in ${bridgeFolder()}\n`);
  });
}

module.exports = { bridgeFolder, ensureBridge };
