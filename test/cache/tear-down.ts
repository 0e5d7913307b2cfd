import fs from "node:fs";
import path from "node:path";
import { OF_A_RUN } from "./make";

/** Jest's global tear-down: removes what set-up.ts made. */
function tearDown(): void {
  const folder = process.env.XDG_CACHE_HOME ?? "";
  if (path.basename(folder).startsWith(OF_A_RUN)) fs.rmSync(folder, { recursive: true, force: true });
}

export = tearDown;
