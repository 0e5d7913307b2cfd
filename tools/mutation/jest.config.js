// The unit tests, with the product's files that `npm run mutation` changes in their instrumented form.
const root = require("../../jest.config");

const unit = root.projects.find(({ displayName }) => displayName === "unit");
const [[pattern, [, options]]] = Object.entries(unit.transform);

module.exports = {
  ...unit,
  rootDir: "../..",
  transform: { [pattern]: ["<rootDir>/tools/mutation/transform.js", options] },
  testSequencer: "<rootDir>/tools/mutation/sequencer.js",
  setupFiles: ["<rootDir>/tools/mutation/switch.js"],
  setupFilesAfterEnv: [...unit.setupFilesAfterEnv, "<rootDir>/tools/mutation/reached.js"],
};
