import type { CloudTrust } from "../cloud";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const aws: CloudTrust<"aws"> = {
  subject: { form: "ami-…", help: "--region says where it is" },
  readsBytes:
    "copies the snapshot, reads the copy and deletes it; it costs what an hour of such a snapshot costs",
  options: ["region", "bytes", "blockMap"],
  regionProblem: (region) => {
    if (region === undefined) return ["--region is missing: AMIs are of one region"];
    if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return [];
    return [`--region: "${region}" is no region of AWS; one is called eu-central-1`];
  },
  parseId: (given) => (require("./id") as typeof import("./id")).parseId(given),
  check: (question) =>
    (require("./check") as typeof import("./check")).checkAws({ ...question, region: question.region ?? "" }),
  openKey: (name, caller) =>
    (require("../../clouds/aws/kms") as typeof import("../../clouds/aws/kms")).openAwsKey(name, caller),
};
/* eslint-enable */
