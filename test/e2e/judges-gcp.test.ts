import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { start } from "../../rehearsal/gcp";
import { judgeWith, PYTHON, runJudge } from "./harness/judge";

const judged = judgeWith(
  "Google's Python clients",
  [PYTHON, "-c", "import google.cloud.compute_v1, google.cloud.storage"],
  "pip install -r test/requirements.txt",
);

judged(
  "Google's own Python clients find the stand-in Google Cloud as the real one",
  async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "gcp-judge-"));
    const cloud = await start({ directory, pace: 0.05 });
    try {
      // The judge's first chunked upload loses its connection in the middle of a chunk.
      await cloud.fault?.({ kind: "cut", method: "PUT", path: "/upload/", afterBytes: 700_000 });
      const { status, output, errors } = await runJudge(
        PYTHON,
        [path.join(__dirname, "../judges/gcp_judge.py")],
        cloud.environment(),
      );
      expect({ status, output, errors }).toMatchObject({ status: 0 });
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
