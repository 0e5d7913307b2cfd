import { start } from "../../rehearsal/gcp";
import { judgeCloud, judgeWith, PYTHON } from "./harness/judge";

const judged = judgeWith(
  "Google's Python clients",
  [PYTHON, "-c", "import google.cloud.compute_v1, google.cloud.storage"],
  "pip install -r test/requirements.txt",
);

judged(
  "Google's own Python clients find the stand-in Google Cloud as the real one",
  () =>
    judgeCloud({
      ...{ start, pace: 0.05, script: "gcp_judge.py" },
      // The judge's first chunked upload loses its connection in the middle of a chunk.
      fault: { kind: "cut", method: "PUT", path: "/upload/", afterBytes: 700_000 },
      prints: ["ok - a chunked upload survives a broken connection", "ok - everything can be deleted"],
    }),
  300_000,
);
