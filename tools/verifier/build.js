"use strict";

// Bundles `imprimatur verify` into one file that needs nothing but Node. The same sources and packages give the same bytes, in
// whatever folder: nothing of the machine, the time or a path is in it.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const esbuild = require("esbuild");

const root = path.join(__dirname, "..", "..");
const NAME = "imprimatur-verify.mjs";

/** Modules that read files beside them, which a single file does not have. */
const REPLACED = [
  {
    filter: /[\\/]facts[\\/]version\.ts$/,
    contents() {
      const { version, engines } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
      const facts = { VERSION: version, PEERS: {}, NODE_RANGE: engines.node };
      return Object.entries(facts)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join("\n");
    },
  },
  {
    filter: /[\\/]disk[\\/](map-disk|hash-lane|gzip)\.ts$/,
    contents(file) {
      const source = fs.readFileSync(file, "utf8");
      const started = /new Worker\(path\.join\(__dirname, "([\w-]+\.js)"\), \{/;
      const [, worker] = started.exec(source) ?? [];
      if (worker === undefined)
        throw new Error(`${file}: starts no worker as tools/verifier/build.js knows it`);
      const code = fs.readFileSync(path.join(path.dirname(file), worker), "utf8");
      return source.replace(started, () => `new Worker(${JSON.stringify(code)}, { eval: true,`);
    },
  },
];

/**
 * Packages that a part of the questions needs: each is a program text of its own, compiled when it is first asked for. Node compiles
 * the text of a string only then, and half of the file would be these.
 */
const DEFERRED = [
  "@aws-sdk/client-ebs",
  "@aws-sdk/client-ec2",
  "@aws-sdk/client-kms",
  "@aws-sdk/client-ssm",
  "@aws-sdk/client-sts",
  "@azure/identity",
  "google-auth-library",
  "openpgp",
];

/** @param metafiles to which what the texts are made of is added */
const deferred = (metafiles) => ({
  name: "deferred",
  setup(build) {
    const filter = new RegExp(`^(${DEFERRED.join("|")})$`);
    build.onResolve({ filter }, ({ path: name }) => ({ path: name, namespace: "deferred" }));
    build.onLoad({ filter, namespace: "deferred" }, async ({ path: name }) => {
      const built = await esbuild.build({
        ...common(),
        stdin: {
          contents: `module.exports = require(${JSON.stringify(name)});`,
          resolveDir: root,
          loader: "js",
        },
        format: "cjs",
        plugins: [inline],
      });
      metafiles.push(built.metafile);
      const text = JSON.stringify(ascii(built.outputFiles[0].text));
      const contents = `new Function("exports", "require", "module", ${text})(exports, require, module);`;
      return { contents, loader: "js" };
    });
  },
});

const inline = {
  name: "inline",
  setup(build) {
    // Messages of zod in forty languages, of which English is used.
    build.onResolve({ filter: /locales\/index\.(c?js|mjs)$/ }, ({ importer, path: name }) =>
      /[\\/]node_modules[\\/]zod[\\/]/.test(importer)
        ? { path: path.resolve(path.dirname(importer), name.replace(/index(\.\w+)$/, "en$1")) }
        : undefined,
    );
    for (const { filter, contents } of REPLACED)
      build.onLoad({ filter }, ({ path: file }) => ({ contents: contents(file), loader: "ts" }));
  },
};

const START = `import { run } from "./cli/verifier.ts"; run(process.argv.slice(2)).then((code) => { process.exitCode = code; });`;

/**
 * @returns what was written: its path, size in bytes and SHA-256
 */
async function buildVerifier(folder) {
  const metafiles = [];
  const built = await esbuild.build({
    ...common(),
    stdin: { contents: START, resolveDir: root, sourcefile: "start.ts", loader: "ts" },
    format: "esm",
    // Packages that are CommonJS ask for Node's modules by require.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
    },
    plugins: [deferred(metafiles), inline],
  });
  metafiles.push(built.metafile);
  const text = `${ascii(built.outputFiles[0].text)}\n${licences(metafiles)}`;
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, NAME);
  fs.writeFileSync(file, text, { mode: 0o755 });
  return {
    file,
    size: Buffer.byteLength(text),
    sha256: createHash("sha256").update(text).digest("hex"),
  };
}

/** Of every text. */
function common() {
  return {
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    preserveSymlinks: true,
    target: "node20",
    // What is not used of a package is left out of its modules, and cannot be of its CommonJS.
    mainFields: ["module", "main"],
    // Names stay: errors are told apart by them, and a reader can follow the file.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    // Native code for holes of disks, and tables of old encodings: their absence is provided for.
    external: ["koffi", "encoding", "iconv-lite"],
    logLevel: "silent",
  };
}

/** Node reads a file of ASCII alone in half the time. What is left of others stands in regular expressions. */
function ascii(code) {
  return code
    .trimEnd()
    .replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The licence of each package in the file, as a comment at its end: a text that several have stands once. */
function licences(metafiles) {
  const packages = new Set(
    metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((name) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[0] ?? []),
  );
  const byText = new Map();
  for (const folder of [...packages].sort()) {
    const at = path.join(root, folder);
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(at, "package.json"), "utf8"));
    const file = fs
      .readdirSync(at)
      .sort()
      .find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? fs.readFileSync(path.join(at, file), "utf8").trim() : `Licence: ${license}`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  const own = fs.readFileSync(path.join(root, "LICENSE"), "utf8").trim();
  byText.set(own, ["imprimatur", ...(byText.get(own) ?? [])]);
  const parts = [...byText].map(([text, names]) => `${names.join(", ")}\n\n${text}`);
  const plain = parts
    .join("\n\n----\n\n")
    .normalize("NFKD")
    .replace(/[^\x20-\x7e\n]/g, "");
  return `/*\n${plain.replaceAll("*/", "* /")}\n*/\n`;
}

module.exports = { buildVerifier, NAME };
