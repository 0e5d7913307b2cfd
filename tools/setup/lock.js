"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: wait } = require("node:timers/promises");
const { say } = require("./progress");

/**
 * Runs `work` while no other process of this machine runs work under the same lock file. The file names its owner's
 * process id, so that a lock left by a killed process is taken over.
 */
async function withLock(file, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; !take(file); told = true) {
    if (!told) say("waiting for another set-up on this machine");
    await wait(500);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function take(file) {
  // Written whole beside the lock, then linked: a lock file never exists without its owner's id in it.
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (!ownerLives(file)) fs.rmSync(file, { force: true });
    return false;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function ownerLives(file) {
  try {
    process.kill(Number(fs.readFileSync(file, "utf8")), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // a process of another user
  }
}

module.exports = { withLock };
