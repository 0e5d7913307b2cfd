import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { start } from "../../rehearsal/azure";
import { judgeWith, PYTHON, runJudge } from "./harness/judge";

const judged = judgeWith(
  "Microsoft's Python clients",
  [PYTHON, "-c", "import azure.mgmt.compute, azure.mgmt.resource.resources, azure.storage.blob"],
  "pip install -r test/requirements.txt",
);

judged(
  "Microsoft's own Python clients find the stand-in Azure as the real one",
  async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "azure-judge-"));
    const cloud = await start({ directory, pace: 0.3 });
    try {
      await cloud.fault?.({ kind: "replication", region: "eastus2" });
      const { status, output, errors } = await runJudge(
        PYTHON,
        [path.join(__dirname, "../judges/azure_judge.py")],
        cloud.environment(),
      );
      expect({ status, output, errors }).toMatchObject({ status: 0 });
      expect(output).toContain("ok - a stranger makes a disk of it, and reads the bytes that were published");
      expect(output).toContain("ok - everything can be deleted");
      expect(await cloud.inventory()).toEqual([]);
    } finally {
      await cloud.stop();
      fs.rmSync(directory, { recursive: true, force: true });
    }
  },
  300_000,
);
