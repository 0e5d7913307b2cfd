"use strict";

const fs = require("node:fs");
const path = require("node:path");

/** Loads a module of the rehearsal: the source in a checkout, which tsx compiles as it is loaded, else what was compiled. */
function start(name) {
  const source = path.join(__dirname, "..", `${name}.ts`);
  if (!fs.existsSync(source)) return require(`../dist/rehearsal/${name}.js`);
  require("tsx/cjs");
  return require(source);
}

module.exports = { start };
