import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { makeCache } from "./make";

const PREFIX = "imprimatur-cache-";

/** Jest's global set-up of every project: its workers inherit the environment. */
function setUp(): void {
  if (path.basename(process.env.XDG_CACHE_HOME ?? "").startsWith(PREFIX)) return;
  process.env.XDG_CACHE_HOME = makeCache(fs.mkdtempSync(path.join(os.tmpdir(), PREFIX)));
}

export = setUp;
