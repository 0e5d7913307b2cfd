import { start } from "../../rehearsal/azure";
import { judgeCloud, judgeWith, PYTHON } from "./harness/judge";

const judged = judgeWith(
  "Microsoft's Python clients",
  [PYTHON, "-c", "import azure.mgmt.compute, azure.mgmt.resource.resources, azure.storage.blob"],
  "pip install -r test/requirements.txt",
);

judged(
  "Microsoft's own Python clients find the stand-in Azure as the real one",
  () =>
    judgeCloud({
      ...{ start, pace: 0.3, script: "azure_judge.py" },
      fault: { kind: "replication", region: "eastus2" },
      prints: [
        "ok - a stranger makes a disk of it, and reads the bytes that were published",
        "ok - everything can be deleted",
      ],
    }),
  300_000,
);
