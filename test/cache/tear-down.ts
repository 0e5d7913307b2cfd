import fs from "node:fs";
import path from "node:path";

/** Jest's global tear-down: removes what set-up.ts made. */
function tearDown(): void {
  const folder = process.env.XDG_CACHE_HOME ?? "";
  if (path.basename(folder).startsWith("imprimatur-cache-"))
    fs.rmSync(folder, { recursive: true, force: true });
}

export = tearDown;
