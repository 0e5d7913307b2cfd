/**
 * `npm run picture`: runs `npm start` and writes its end, as a terminal shows it, to docs/start.svg for the README. Reads an
 * output that is there instead with `npm run picture -- FILE`.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terminalPicture } from "./picture/terminal";

const ROOT = join(__dirname, "..");

function outputOf(file: string | undefined): string {
  if (file !== undefined) return readFileSync(file, "utf8");
  const run = spawnSync(process.execPath, ["tools/start.js"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (run.status !== 0) throw new Error(`npm start ended with ${run.status}`);
  return run.stdout;
}

const output = outputOf(process.argv[2]);
const begin = output.search(/^.* is published:$/m);
if (begin < 0) throw new Error('the output has no line "… is published:"');
// Its further output is in the README, as text.
const told = output
  .slice(begin)
  .split(/^(?: {2}as in: |Next, in this shell:)/m)[0]!
  .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "…")
  .replace(/(subscriptions\/…)\/resourceGroups\/.*(?=\/galleries\/)/g, "$1/…");
writeFileSync(join(ROOT, "docs", "start.svg"), terminalPicture("npm start", told));
