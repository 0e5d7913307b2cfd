// Runs Azurite's blob service, and ends it when the process that started it is gone for whatever reason: the channel to
// the parent closes even when the parent is killed.
process.on("disconnect", () => process.emit("SIGTERM"));
process.channel?.unref();
require("azurite/dist/src/blob/main");
