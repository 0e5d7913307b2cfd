"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { clear, progress } = require("../setup/progress");

/** The installer must say something within this time, and be done within the other: milliseconds. */
const SILENCE = 20_000;
const WHOLE = 10 * 60_000;

/**
 * Lets Pulumi's own npm package `pulumi` fetch the release of that version, with all language hosts, into `work`.
 * Returns the folder of the binaries, or undefined where Pulumi's downloads are not reached: that is no error, there is
 * another way.
 */
async function downloadEngine(version, work) {
  const show = progress("the Pulumi engine");
  show(`asking for version ${version}`);
  const child = spawn("npm", ["exec", "--yes", `--package=pulumi@${version}`, "--", "pulumi", "version"], {
    // The package installs below PULUMI_HOME.
    env: { ...process.env, PULUMI_HOME: work, PULUMI_SKIP_UPDATE_CHECK: "true" },
    cwd: work,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = () => {
    try {
      process.kill(-child.pid, "SIGKILL"); // npm, the package and its installer are one process group
    } catch {
      // already gone
    }
  };
  let silence = setTimeout(stop, SILENCE);
  const whole = setTimeout(stop, WHOLE);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      // Its first own word is "Downloading"; once the installer answers, only the whole time is limited.
      clearTimeout(silence);
      if (/Downloading pulumi v/.test(chunk)) silence = setTimeout(stop, SILENCE);
      show("downloading");
    });
  }
  const status = await new Promise((done) => {
    child.on("error", () => done(undefined));
    child.on("close", done);
  });
  clearTimeout(silence);
  clearTimeout(whole);
  clear();
  const bin = path.join(work, "versions", version, "bin");
  return status === 0 && fs.existsSync(path.join(bin, "pulumi-language-nodejs")) ? bin : undefined;
}

module.exports = { downloadEngine };
