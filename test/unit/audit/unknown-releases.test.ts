import { Deployment } from "../../../audit/deployment";
import type { Leftover } from "../../../audit/sweep/leftover";
import { unknownReleases } from "../../../audit/sweep/unknown-releases";
import { exportOf, state } from "./exported";

const left = (release?: string, kind = "image"): Leftover => ({
  ...{ cloud: "aws", region: "eu-central-1", object: { kind, id: "x" }, why: "its tags" },
  ...(release !== undefined && { release }),
});
const stated = (...names: string[]) =>
  Deployment.parse(exportOf(names.map((name) => state("imprimatur:aws:Preflight", name, name, {}))));

test.each<{ title: string; names: string[]; leftovers: Leftover[]; want: string[] }>([
  {
    title: "a killed update's release is in its state",
    names: ["demo-20261120.0", "demo-20261120.0-x86_64-us-east-1"],
    leftovers: [left("20261120.0"), left("20261120.0", "snapshot"), left(undefined, "gallery")],
    want: [],
  },
  {
    title: "a release of Google's is told by its label",
    names: ["demo-20261120.0"],
    leftovers: [left("20261120-0")],
    want: [],
  },
  {
    title: "another backend publishes two more, one of them still uploading",
    names: ["demo-20261120.0-x86_64"],
    leftovers: [left("20261120.0"), left("20261121.0"), left("2026112", "snapshot"), left("20261121.0")],
    want: ["2026112", "20261121.0"],
  },
  {
    title: "a state that has nothing",
    names: [],
    leftovers: [left("1"), left(undefined, "bucket")],
    want: ["1", "something without a version"],
  },
])("$title", ({ names, leftovers, want }) => {
  expect(unknownReleases(leftovers, stated(...names))).toEqual(want);
});
