"use strict";

// `npm run package [-- FOLDER]`: compiles and packs both packages, as `npm publish` would; their tarballs go to FOLDER (default: this
// one). The same as `npm pack` in each, which compiles nothing where npm is told to ignore scripts.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { build, PACKAGES } = require("./package/build");
const { setup } = require("./setup");
const { runMain, SetupProblem } = require("./setup/problem");

const root = path.join(__dirname, "..");

function pack(name, folder) {
  const { status, stdout } = spawnSync(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
    { cwd: path.join(root, PACKAGES[name].folder), encoding: "utf8", stdio: ["ignore", "pipe", 2] },
  );
  if (status !== 0) throw new SetupProblem("npm pack failed, see above");
  const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(stdout);
  const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
  process.stderr.write(`${filename}: ${kib(size)}, unpacked ${kib(unpackedSize)} in ${entryCount} files\n`);
  process.stdout.write(`${path.join(folder, filename)}\n`);
}

runMain("package", async () => {
  await setup({ engine: false });
  const { buildVerifier } = require("./verifier/build");
  const folder = path.resolve(process.argv[2] ?? ".");
  fs.mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(PACKAGES)) {
    build(name);
    pack(name, folder);
  }
  const { file, sha256 } = await buildVerifier(folder);
  process.stderr.write(`SHA-256 ${sha256}, for the release notes: ${path.basename(file)}\n`);
  process.stdout.write(`${file}\n`);
});
