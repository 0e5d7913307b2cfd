// Runs Azurite's blob service, and ends it when the process that started it is gone for whatever reason: the channel to
// the parent closes even when the parent is killed.
process.on("disconnect", () => process.emit("SIGTERM"));

// Azurite writes its databases every 5 seconds. Loki takes the interval from its options; a tenth of that loses less when
// the machine goes down, and costs nothing while nothing changes.
const AUTOSAVE_MILLISECONDS = 500;
const Loki = require(require.resolve("lokijs", { paths: [require.resolve("azurite/package.json")] }));
const { configureOptions } = Loki.prototype;
Loki.prototype.configureOptions = function (options, initial) {
  const sooner = options?.autosave ? { ...options, autosaveInterval: AUTOSAVE_MILLISECONDS } : options;
  return configureOptions.call(this, sooner, initial);
};

// Azurite says so when everything is written; left alone it would go on waiting for connections that clients keep open.
const { log } = console;
console.log = (...words) => {
  log(...words);
  if (words.includes("Azurite Blob service successfully closed")) process.exit(0);
};

require("./page-writes.js").watch();
require("azurite/dist/src/blob/main");
