"use strict";

// Compiles what a package holds into its `dist`, before npm packs it: `node tools/package/build.js [rehearsal]`. The layout is the
// checkout's, so that files are found by the same relative paths.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { runMain, SetupProblem } = require("../setup/problem");

const root = path.join(__dirname, "..", "..");

/** What is read or started by its path, and is not TypeScript. */
const ENGINE = ["tools/engine.js", "tools/engine", "tools/setup"];
const DEMO = [
  "tools/demo/demo-x86_64.raw.br",
  ...fs
    .readdirSync(path.join(root, "images/demo"))
    .filter((name) => name.endsWith(".json"))
    .map((name) => `images/demo/${name}`),
];
const PACKAGES = {
  product: { folder: ".", assets: ["disk", "catalogue/assets", ...DEMO, ...ENGINE] },
  rehearsal: { folder: "rehearsal", assets: ["disk", "rehearsal", "docs/policies", ...ENGINE] },
};

/** Compiled sources, and what is no part of the compiled layout. */
const LEFT_OUT = /\.tsx?$|\.tgz$|^(node_modules|dist|bridge|bin|package\.json)$/;

function build(name) {
  const target = path.join(root, PACKAGES[name].folder, "dist");
  fs.rmSync(target, { recursive: true, force: true });
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", path.join(__dirname, `${name}.json`)], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new SetupProblem("it does not compile, see above");
  furnish(name, target);
}

/** Adds to a package's compiled sources what they find by its path. */
function furnish(name, target) {
  const { folder, assets } = PACKAGES[name];
  for (const asset of assets) copyAssets(asset, target);
  const { version, engines, peerDependencies } = JSON.parse(
    fs.readFileSync(path.join(root, folder, "package.json"), "utf8"),
  );
  fs.writeFileSync(
    path.join(target, "package.json"),
    `${JSON.stringify({ type: "commonjs", version, engines, peerDependencies })}\n`,
  );
}

/** A file of the checkout, or all of a folder that TypeScript does not compile, without packages inside it. */
function copyAssets(name, target) {
  const source = path.join(root, name);
  if (fs.statSync(source).isDirectory()) {
    for (const entry of fs.readdirSync(source)) {
      if (!LEFT_OUT.test(entry)) copyAssets(path.join(name, entry), target);
    }
    return;
  }
  fs.mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
  fs.copyFileSync(source, path.join(target, name));
}

if (require.main === module) runMain("package", async () => build(process.argv[2] ?? "product"));

module.exports = { build, furnish, PACKAGES };
