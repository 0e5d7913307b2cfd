"use strict";

// `npm run test:node -- 22 --unit`: `npm test -- --unit` on the newest Node of a major version, which is kept in the user's cache
// folder. npm's packages node-<platform>-<architecture> carry Node's own binaries.

const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { runMain, SetupProblem } = require("./setup/problem");

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "imprimatur");

/** @returns the folder with the program `node` of this version, as `22` or `22.13.0` */
function folderOf(version) {
  const name = `node-${process.platform}-${process.arch}@${version}`;
  const shown = execFileSync("npm", ["view", name, "_id", "--json"], { encoding: "utf8" });
  const newest = [JSON.parse(shown)].flat().at(-1);
  const folder = path.join(cache, newest);
  if (!fs.existsSync(path.join(folder, "bin", "node"))) unpack(newest, folder);
  return path.join(folder, "bin");
}

/** Into a folder beside it first: one that is there is whole. */
function unpack(name, folder) {
  process.stderr.write(`getting ${name}\n`);
  fs.mkdirSync(cache, { recursive: true });
  const begun = fs.mkdtempSync(`${folder}-`);
  const packed = execFileSync("npm", ["pack", "--silent", name], { cwd: begun, encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", packed, "--strip-components=1"], { cwd: begun });
  fs.rmSync(path.join(begun, packed));
  fs.renameSync(begun, folder);
}

async function main([version, ...args]) {
  if (!/^\d+(\.\d+){0,2}$/.test(version ?? ""))
    throw new SetupProblem(`the version of Node comes first, as in 'npm run test:node -- 22 --unit'`);
  const folder = folderOf(version);
  // Also for the programs that the tests start by name, and for the engine, which starts the program with `node`.
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const test = [path.join(__dirname, "test.js"), ...args];
  const { status } = spawnSync(path.join(folder, "node"), test, { env, stdio: "inherit" });
  process.exitCode = status ?? 1;
}

runMain("test:node", () => main(process.argv.slice(2)));
