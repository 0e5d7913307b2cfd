"use strict";

// `npm run verifier [-- FOLDER]`: writes the one-file verifier to FOLDER (default: this one), and prints its SHA-256 for the release notes.

const path = require("node:path");
const { setup } = require("./setup");
const { runMain } = require("./setup/problem");

runMain("verifier", async () => {
  await setup({ engine: false });
  const { buildVerifier } = require("./verifier/build");
  const { file, size, sha256 } = await buildVerifier(path.resolve(process.argv[2] ?? "."));
  process.stderr.write(`${file}: ${Math.round(size / 1024)} KiB\n`);
  process.stdout.write(`${sha256}  ${path.basename(file)}\n`);
});
