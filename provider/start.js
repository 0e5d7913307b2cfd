"use strict";

// Started by the launcher beside this file, from any folder: the working directory is the one of the project's `main`.
// A checkout holds the sources, which tsx compiles as they are loaded; a package holds what `npm pack` compiled.
const fs = require("node:fs");
const path = require("node:path");

const source = path.join(__dirname, "main.ts");
if (fs.existsSync(source)) {
  require("tsx/cjs");
  require(source).main();
} else {
  require("../dist/provider/main.js").main();
}
