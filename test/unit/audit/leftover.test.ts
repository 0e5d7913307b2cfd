import { Deployment } from "../../../audit/deployment";
import { idsKnownTo } from "../../../audit/sweep/leftover";
import { exportOf, state } from "./exported";

test("what a record names is not known for that: it says what was made, not what is there", () => {
  const objects = [{ cloud: "aws", kind: "snapshot", id: "snap-old" }];
  const text = exportOf([
    state("imprimatur:index:Record", "demo-1", "demo-1", { objects }),
    state("aws:ec2/amiCopy:AmiCopy", "copy", "ami-Here", { region: "us-east-1" }, "1", {
      rootSnapshotId: "snap-here",
    }),
  ]);
  const known = idsKnownTo(Deployment.parse(text));
  expect(["ami-here", "snap-here", "snap-old"].filter((id) => known.has(id))).toEqual([
    "ami-here",
    "snap-here",
  ]);
});
