import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { start } from "../../rehearsal/gcp";

const PYTHON = process.env.IMPRIMATUR_PYTHON ?? "python3";
const CLIENTS = "google-cloud-compute google-cloud-storage";

/** Google's Python clients are nobody's dependency here: whoever has them runs the judge. */
function hasClients(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import google.cloud.compute_v1, google.cloud.storage"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const judged = hasClients() ? test : test.skip;
if (judged === test.skip) {
  process.stderr.write(
    `skipped: ${PYTHON} lacks ${CLIENTS} (pip install ${CLIENTS}; IMPRIMATUR_PYTHON names the interpreter)\n`,
  );
}

judged(
  "Google's own Python clients find the stand-in Google Cloud as the real one",
  async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "gcp-judge-"));
    const cloud = await start({ directory, pace: 0.05 });
    try {
      // The judge's first chunked upload loses its connection in the middle of a chunk.
      await cloud.fault?.({ kind: "cut", method: "PUT", path: "/upload/", afterBytes: 700_000 });
      const { status, output } = await run(
        path.join(__dirname, "../judges/gcp_judge.py"),
        cloud.environment(),
      );
      expect({ status, output }).toMatchObject({ status: 0 });
      expect(output).toContain("ok - a chunked upload survives a broken connection");
      expect(output).toContain("ok - everything can be deleted");
      expect(await cloud.inventory()).toEqual([]);
    } finally {
      await cloud.stop();
      fs.rmSync(directory, { recursive: true, force: true });
    }
  },
  300_000,
);

function run(
  script: string,
  environment: Record<string, string>,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(PYTHON, [script], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, output }));
  });
}
