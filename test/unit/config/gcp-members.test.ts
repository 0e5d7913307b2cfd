import { gcpAudience } from "../../../config/gcp/audience";
import { sameMember, normalizeMember } from "../../../config/gcp/members";
import { currentAccessIn } from "../../../config/access";
import type { StateResource } from "../../../config/state-resource";
import { changesBetween } from "../../../config/lifecycle";
import type { ReleaseEntry } from "../../../config/ledger";
import { CLOUD_CONFIGS } from "../../../config/clouds";
import { build, stackOf } from "../components/builds";

const [WRITTEN, GOOGLES] = ["User:Name@Example.com", "user:name@example.com"];

test.each([
  [WRITTEN, GOOGLES],
  ["SERVICEACCOUNT:A@B.iam.gserviceaccount.com", "serviceAccount:a@b.iam.gserviceaccount.com"],
  ["domain:Example.ORG", "domain:example.org"],
  ["allAuthenticatedUsers", "allAuthenticatedUsers"],
  ["principal://iam.googleapis.com/X", "principal://iam.googleapis.com/X"],
])("Google keeps %s as %s", (written, kept) => {
  expect(normalizeMember(written)).toBe(kept);
  expect(sameMember(written, kept)).toBe(true);
});

test("somebody whom the stack file spells otherwise than Google gains and loses nothing", () => {
  const release = build({ version: "1", state: "published" });
  const gcp = {
    project: "demo-project",
    bucket: { name: "demo-bucket" },
    sharing: { principals: [WRITTEN] },
  };
  const audience = { gcp: gcpAudience(stackOf({ gcp }, [release]).gcp!, release.release) };
  expect(audience.gcp).toEqual({ global: [GOOGLES] });
  const state: StateResource[] = [
    { type: "imprimatur:index:Lifecycle", name: "demo", outputs: {} },
    { type: "imprimatur:component:Release", name: "demo-1", outputs: {} },
    { type: "imprimatur:gcp:ImageMember", name: "demo-1-x86_64-user", outputs: { member: GOOGLES } },
  ];
  const entry: ReleaseEntry = { state: "published", protected: false, digests: { x86_64: "" }, audience };
  expect(changesBetween({ 1: entry }, { 1: entry }, currentAccessIn(state, CLOUD_CONFIGS))).toEqual([]);
});
