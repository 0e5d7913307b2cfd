"use strict";

// `node tools/cosign.js`: builds cosign, the judge of signed records, once on this machine, through Go's module proxy. It
// takes ten minutes on two cores, so neither the tests nor continuous integration begin it. Node's own library only.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { hasGo } = require("./setup/go");
const { withLock } = require("./setup/lock");
const { runMain, SetupProblem } = require("./setup/problem");
const { say } = require("./setup/progress");

/** Its own go.sum says what it is made of. */
const VERSION = "3.1.3";
const PACKAGE = `github.com/sigstore/cosign/v3/cmd/cosign@v${VERSION}`;

/** The program that was built here, whether it is there or not. */
function cosignFile() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  return path.join(cache, "imprimatur", `cosign-${VERSION}`, "cosign");
}

/** Builds it unless it is there. Throws where there is no Go. */
async function ensureCosign() {
  const file = cosignFile();
  if (fs.existsSync(file)) return;
  if (!hasGo()) throw new SetupProblem("there is no Go to build cosign: install Go 1.26 or newer");
  const folder = path.dirname(file);
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (fs.existsSync(file)) return;
    say(`building cosign ${VERSION} with Go: once on this machine, some ten minutes`);
    const work = fs.mkdtempSync(`${folder}.making-`);
    try {
      await install(work);
      fs.rmSync(folder, { recursive: true, force: true });
      fs.renameSync(work, folder);
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  });
}

function install(folder) {
  const env = { ...process.env, GOBIN: folder, GOWORK: "off" };
  return new Promise((done, fail) => {
    const child = spawn("go", ["install", "-v", PACKAGE], { env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", fail);
    child.on("close", (status) =>
      status === 0 ? done() : fail(new SetupProblem(`go install ${PACKAGE} failed`)),
    );
  });
}

if (require.main === module) {
  runMain("cosign", async () => {
    await ensureCosign();
    process.stderr.write(`ready: ${cosignFile()}\n`);
  });
}

module.exports = { cosignFile };
