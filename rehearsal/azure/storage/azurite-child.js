// Runs Azurite's blob service, and ends it when the process that started it is gone for whatever reason: the channel to
// the parent closes even when the parent is killed.
process.on("disconnect", () => process.emit("SIGTERM"));

// Azurite writes its databases every 5 seconds. Loki takes the interval from its options; a tenth of that loses less when
// the machine goes down, and costs nothing while nothing changes.
const AUTOSAVE_MILLISECONDS = 500;
const Loki = require(require.resolve("lokijs", { paths: [require.resolve("azurite/package.json")] }));
const { configureOptions } = Loki.prototype;
const databases = new Set();
Loki.prototype.configureOptions = function (options, initial) {
  databases.add(this);
  const sooner = options?.autosave ? { ...options, autosaveInterval: AUTOSAVE_MILLISECONDS } : options;
  return configureOptions.call(this, sooner, initial);
};

// Left alone, Azurite would go on waiting for connections that clients keep open. It says that it is closed while a save
// that began before may still be written: Loki's `close` waits for none of which nothing has changed since (1.5.12).
const { log } = console;
console.log = (...words) => {
  log(...words);
  if (!words.includes("Azurite Blob service successfully closed")) return;
  const saved = [...databases].map((each) => new Promise((resolve) => each.throttledSaveDrain(resolve)));
  void Promise.all(saved).then(() => process.exit(0));
};

require("./page-writes.js").watch();
require("azurite/dist/src/blob/main");
