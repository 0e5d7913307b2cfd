import {
  compareBucket,
  compareFamily,
  compareFamilyForStranger,
  compareForStranger,
  compareImage,
} from "../../../audit/gcp/compare";
import type { ExpectedImage } from "../../../audit/gcp/expectations";
import type { Finding } from "../../../audit/finding";
import type { GoogleImage } from "../../../clouds/gcp/api/images";
import type { Binding } from "../../../clouds/gcp/api/image-policy";

const USER = "roles/compute.imageUser";
const IMAGE: ExpectedImage = {
  release: "1.0",
  project: "p",
  name: "demo-1-0",
  description: "demo",
  labels: { release: "1-0" },
  wholeLabels: false,
  family: "demo",
  deprecation: { state: "ACTIVE", deprecated: "2028-01-01T00:00:00Z" },
  members: ["allAuthenticatedUsers"],
};
const SEEN: GoogleImage = {
  name: "demo-1-0",
  selfLink: "https://www.googleapis.com/compute/v1/projects/p/global/images/demo-1-0",
  status: "READY",
  description: "demo",
  family: "demo",
  labels: { release: "1-0", "goog-pulumi-provisioned": "true" },
  deprecated: { state: "ACTIVE", deprecated: "2028-01-01T01:00:00+01:00" },
};
const OPEN: Binding[] = [{ role: USER, members: ["allAuthenticatedUsers"] }];

const brief = (findings: readonly Finding[]) =>
  findings.map(
    ({ field, kind, repair, expected, found }) => `${field}: ${expected} → ${found} (${kind}, ${repair})`,
  );

interface Case {
  what: string;
  expected?: Partial<ExpectedImage>;
  seen?: Partial<GoogleImage>;
  bindings?: Binding[];
  finds: string[];
}

describe("an image on Google Cloud", () => {
  test.each<Case>([
    { what: "as it should be, in another spelling", finds: [] },
    {
      what: "with another label",
      seen: { labels: { release: "x" } },
      finds: ["label release: 1-0 → x (changed, up)"],
    },
    {
      what: "with one label more, which the native resource leaves",
      seen: { labels: { release: "1-0", foo: "bar" } },
      finds: ["label foo: none → bar (extra, none)"],
    },
    {
      what: "of arm64 with one label more, which ours takes away",
      expected: { wholeLabels: true },
      seen: { labels: { release: "1-0", foo: "bar" } },
      finds: ["label foo: none → bar (extra, up)"],
    },
    { what: "in another family", seen: { family: "x" }, finds: ["family: demo → x (changed, up)"] },
    { what: "in no family", seen: { family: undefined }, finds: ["family: demo → none (missing, up)"] },
    {
      what: "in a family, where it should be in none: the engine leaves that alone",
      expected: { family: undefined },
      finds: ["family: none → demo (extra, none)"],
    },
    {
      what: "deprecated, and sent elsewhere",
      seen: {
        deprecated: { ...SEEN.deprecated, state: "DEPRECATED", replacement: "projects/p/global/images/x" },
      },
      finds: ["deprecation state: ACTIVE → DEPRECATED (changed, up)", "replacement: none → x (extra, up)"],
    },
    {
      what: "whose replacement is the same link on another host",
      expected: {
        deprecation: {
          state: "DEPRECATED",
          replacement: "https://www.googleapis.com/compute/v1/projects/p/global/images/x",
        },
      },
      seen: {
        deprecated: {
          state: "DEPRECATED",
          replacement: "https://compute.googleapis.com/compute/v1/projects/p/global/images/x",
        },
      },
      finds: [],
    },
    {
      what: "without its date",
      seen: { deprecated: undefined },
      finds: ["deprecated on: 2028-01-01T00:00:00Z → none (missing, up)"],
    },
    {
      what: "obsolete, where the stack file names no date",
      expected: { deprecation: { state: "ACTIVE" } },
      seen: { deprecated: { state: "OBSOLETE" } },
      finds: ["deprecation state: ACTIVE → OBSOLETE (changed, up)"],
    },
    {
      what: "that others use, and nobody else",
      bindings: [
        { role: USER, members: ["user:a@example.org"] },
        { role: "roles/viewer", members: ["domain:x.org"] },
      ],
      finds: [
        `member allAuthenticatedUsers: ${USER} → none (missing, up)`,
        `member user:a@example.org: none → ${USER} (extra, none)`,
        "member domain:x.org: none → roles/viewer (extra, none)",
      ],
    },
    {
      what: "that whoever should have it has under a condition only",
      bindings: [{ role: USER, members: ["allAuthenticatedUsers"], condition: { expression: "false" } }],
      finds: [
        `member allAuthenticatedUsers: ${USER} → none (missing, up)`,
        `member allAuthenticatedUsers: none → ${USER} under a condition (extra, none)`,
      ],
    },
    {
      what: "whose members the stack file spells with capitals",
      expected: { members: ["user:Ann@Example.org", "domain:Example.org", "principal://a/B"] },
      bindings: [{ role: USER, members: ["domain:example.org", "principal://a/b", "user:ann@example.org"] }],
      finds: [
        `member principal://a/B: ${USER} → none (missing, up)`,
        `member principal://a/b: none → ${USER} (extra, none)`,
      ],
    },
    {
      what: "that was made again under its name",
      expected: { identity: { uid: "1", createdAt: "2026-11-20T05:00:00-08:00" } },
      seen: { id: "2", creationTimestamp: "2026-11-21T05:00:00-08:00" },
      finds: [
        "identity: 1, made at 2026-11-20T05:00:00-08:00 → 2, made at 2026-11-21T05:00:00-08:00 (changed, none)",
      ],
    },
    {
      what: "described otherwise, which the native resource leaves",
      seen: { description: "mine" },
      finds: ["description: demo → mine (changed, none)"],
    },
    {
      what: "of arm64 described otherwise, which ours sets again",
      expected: { wholeLabels: true },
      seen: { description: "mine" },
      finds: ["description: demo → mine (changed, up)"],
    },
    {
      what: "of a release that the ledger does not know",
      expected: { members: undefined },
      bindings: [],
      finds: [],
    },
  ])("$what", ({ expected, seen, bindings = OPEN, finds }) => {
    expect(brief(compareImage({ ...IMAGE, ...expected }, { image: { ...SEEN, ...seen }, bindings }))).toEqual(
      finds,
    );
  });
});

describe("a bucket", () => {
  const expected = {
    name: "archives",
    labels: { a: "1" },
    publicAccessPrevention: "enforced",
    uniformAccess: true,
  };
  const seen = {
    name: "archives",
    labels: { a: "1", "goog-pulumi-provisioned": "true" },
    iamConfiguration: { publicAccessPrevention: "enforced", uniformBucketLevelAccess: { enabled: true } },
  };
  test.each([
    { what: "as it should be", bucket: seen, finds: [] },
    { what: "that is gone", bucket: undefined, finds: ["existence: there → not there (missing, up)"] },
    {
      what: "that may be public, object by object, with other labels",
      bucket: { name: "archives", labels: { b: "2" } },
      finds: [
        "label a: 1 → none (missing, up)",
        "label b: none → 2 (extra, none)",
        "public access prevention: enforced → inherited (changed, up)",
        "uniform access: true → false (changed, up)",
      ],
    },
  ])("$what", ({ bucket, finds }) => {
    expect(brief(compareBucket(expected, bucket))).toEqual(finds);
  });
});

describe("a family", () => {
  test.each([
    { what: "leads to ours", answer: SEEN, finds: [] },
    {
      what: "leads to a foreign image",
      answer: { ...SEEN, name: "x" },
      finds: ["newest image: demo-1-0 → x (changed, none)"],
    },
    { what: "leads nowhere, which our own images explain", answer: undefined, finds: [] },
  ])("$what", ({ answer, finds }) => {
    const sight = { project: "p", family: "demo", candidates: ["demo-1-0"], ...(answer && { answer }) };
    expect(brief(compareFamily(sight))).toEqual(finds);
  });
});

describe("a stranger on Google Cloud", () => {
  test.each([
    { what: "sees image and family", sight: { image: true, family: "demo-1-0" }, finds: [] },
    {
      what: "sees neither, which is one finding",
      sight: { image: false },
      finds: ["visibility: seen by others → not seen (hidden, none)"],
    },
    {
      what: "sees the image, and is led to none",
      sight: { image: true },
      finds: ["visibility: seen by others → not seen (hidden, none)"],
    },
    {
      what: "is led from a deprecated one elsewhere, or nowhere",
      expected: { deprecation: { state: "DEPRECATED" } },
      sight: { image: true },
      finds: [],
    },
    {
      what: "sees what is private",
      expected: { members: [], family: undefined },
      sight: { image: true },
      finds: ["visibility: seen by nobody else → seen (extra, none)"],
    },
    {
      what: "may be in a group that it is shared with",
      expected: { members: ["group:g@x.org"] },
      sight: { image: true },
      finds: [],
    },
  ])("$what", ({ expected, sight, finds }) => {
    const image = { ...IMAGE, ...expected };
    expect(brief([...compareForStranger(image, sight), ...compareFamilyForStranger(image, sight)])).toEqual(
      finds,
    );
  });
});
