import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { makeCache, OF_A_RUN } from "./make";

/** Jest's global set-up of every project: its workers inherit the environment. */
function setUp(): void {
  if (path.basename(process.env.XDG_CACHE_HOME ?? "").startsWith(OF_A_RUN)) return;
  process.env.XDG_CACHE_HOME = makeCache(fs.mkdtempSync(path.join(os.tmpdir(), OF_A_RUN)));
}

export = setUp;
