"use strict";

// Started by the launcher beside this file, from any folder (the working directory is the one of the project's `main`), so
// tsx is found by path, beside this file, and not through the working directory.
require("tsx/cjs");
require("./main.ts").main();
