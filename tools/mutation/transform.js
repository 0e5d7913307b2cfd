"use strict";

const { createHash } = require("node:crypto");
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { createTransformer } = require("@swc/jest");

const { MUTATION_FOLDER } = process.env;

/** The instrumented text of a file, if it is one of those that are changed. */
function textOf(source, file) {
  const instrumented = path.join(MUTATION_FOLDER, path.relative(process.cwd(), file));
  return existsSync(instrumented) ? readFileSync(instrumented, "utf8") : source;
}

/** As @swc/jest does, of the instrumented text. */
module.exports = {
  createTransformer(options) {
    const swc = createTransformer(options);
    return {
      ...swc,
      process: (source, file, how) => swc.process(textOf(source, file), file, how),
      getCacheKey: (source, file, how) =>
        createHash("sha256")
          .update(swc.getCacheKey(textOf(source, file), file, how))
          .update("mutation")
          .digest("hex"),
    };
  },
};
