import type { Image } from "@aws-sdk/client-ec2";
import { compareForStranger } from "../../../audit/aws/stranger";
import { compareImage, compareSnapshot } from "../../../audit/aws/compare";
import { compareRegion } from "../../../audit/aws/compare-region";
import { extraImages, extraSnapshots } from "../../../audit/aws/extra";
import { compareParameter } from "../../../audit/aws/compare-parameter";
import type { ExpectedImage } from "../../../audit/aws/expectations";
import type { Finding } from "../../../audit/finding";

const NOW = new Date("2026-12-01T00:00:00Z");
const PUBLIC = { public: true, accounts: [], arns: [] };
const PRIVATE = { public: false, accounts: [], arns: [] };
const ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5";

const IMAGE: ExpectedImage = {
  release: "1.0",
  region: "us-east-1",
  id: "ami-1",
  description: "demo",
  tags: { Name: "demo" },
  deprecationTime: "2028-01-01T00:00:00Z",
  snapshotId: "snap-1",
  owner: "111111111111",
  access: PUBLIC,
  wholeSharing: true,
  current: true,
};
const SEEN: Image = {
  ImageId: "ami-1",
  State: "available",
  Public: true,
  Description: "demo",
  CreationDate: "2026-11-20T00:00:00.000Z",
  DeprecationTime: "2028-01-01T00:00:00.000Z",
  Tags: [{ Key: "Name", Value: "demo" }],
};
const ALL = [{ Group: "all" as const }];

const brief = (findings: readonly Finding[]) =>
  findings.map(
    ({ object, field, kind, repair, expected, found }) =>
      `${object.kind} ${field}: ${expected} → ${found} (${kind}, ${repair})`,
  );

interface Case {
  what: string;
  expected?: Partial<ExpectedImage>;
  seen?: Partial<Image>;
  launch?: object[];
  finds: string[];
}

describe("an AMI", () => {
  test.each<Case>([
    { what: "as it should be", finds: [] },
    {
      what: "with another tag value and one tag more, AWS's own apart",
      seen: {
        Tags: [
          { Key: "Name", Value: "x" },
          { Key: "mine", Value: "y" },
          { Key: "aws:cloudformation:stack", Value: "z" },
        ],
      },
      finds: ["image tag Name: demo → x (changed, up)", "image tag mine: none → y (extra, up)"],
    },
    {
      what: "that AWS would not deregister",
      seen: { DeregistrationProtection: "enabled-without-cooldown" },
      finds: ["image deregistration protection: disabled → enabled-without-cooldown (extra, none)"],
    },
    {
      what: "that is another's, on another snapshot, than what was published",
      seen: {
        OwnerId: "222222222222",
        RootDeviceName: "/dev/xvda",
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: "snap-2" } }],
      },
      finds: [
        "image owner: 111111111111 → 222222222222 (changed, none)",
        "image root snapshot: snap-1 → snap-2 (changed, none)",
      ],
    },
    { what: "that nothing protects", seen: { DeregistrationProtection: "disabled" }, finds: [] },
    { what: "without its tag", seen: { Tags: [] }, finds: ["image tag Name: demo → none (missing, up)"] },
    {
      what: "described otherwise",
      seen: { Description: "x" },
      finds: ["image description: demo → x (changed, up)"],
    },
    {
      what: "deprecated on another day",
      seen: { DeprecationTime: "2027-01-01T00:00:00.000Z" },
      finds: ["image deprecation time: 2028-01-01T00:00:00Z → 2027-01-01T00:00:00.000Z (changed, up)"],
    },
    {
      what: "that was to be deprecated since a day that was over then: AWS did it at once",
      expected: { deprecationTime: "2026-11-01T00:00:00Z" },
      seen: { DeprecationTime: "2026-11-24T12:00:00.000Z" },
      finds: [],
    },
    {
      what: "without its date, while it is not public",
      expected: { access: PRIVATE },
      seen: { DeprecationTime: undefined, Public: false },
      launch: [],
      finds: ["image deprecation time: 2028-01-01T00:00:00Z → none (missing, up)"],
    },
    {
      what: "that AWS deprecates after two years, where the stack file wants longer: up cannot",
      expected: { deprecationTime: "2030-01-01T00:00:00Z" },
      seen: { DeprecationTime: "2028-11-20T00:00:00.000Z" },
      finds: ["image deprecation time: 2030-01-01T00:00:00Z → 2028-11-20T00:00:00.000Z (changed, none)"],
    },
    {
      what: "that AWS gave its own date, where the stack file names none",
      expected: { deprecationTime: undefined },
      seen: { DeprecationTime: "2028-11-20T00:00:00.000Z" },
      finds: [],
    },
    {
      what: "that AWS deprecated by now",
      expected: { deprecationTime: undefined },
      seen: { CreationDate: "2024-11-20T00:00:00.000Z", DeprecationTime: "2026-11-20T00:00:00.000Z" },
      finds: ["image deprecation time: none → 2026-11-20T00:00:00.000Z (hidden, none)"],
    },
    {
      what: "that somebody gave a date, where the stack file names none",
      expected: { deprecationTime: undefined },
      finds: ["image deprecation time: none → 2028-01-01T00:00:00.000Z (extra, none)"],
    },
    {
      what: "no longer public",
      launch: [],
      finds: ["image launch permission public: given → none (missing, up)"],
    },
    {
      what: "shared with others besides",
      launch: [...ALL, { UserId: "222222222222" }, { OrganizationArn: ORGANIZATION }],
      finds: [
        "image launch permission 222222222222: none → given (extra, up)",
        `image launch permission ${ORGANIZATION}: none → given (extra, up)`,
      ],
    },
    {
      what: "shared with others besides, where no resource holds the whole sharing",
      expected: { wholeSharing: false },
      launch: [...ALL, { UserId: "222222222222" }],
      finds: ["image launch permission 222222222222: none → given (extra, none)"],
    },
    {
      what: "of a release that the ledger does not know",
      expected: { access: undefined },
      launch: [],
      finds: [],
    },
    {
      what: "that is disabled is told once, whatever else that changed",
      seen: { State: "disabled", Public: false },
      launch: [],
      finds: ["image state: available → disabled (hidden, none)"],
    },
  ])("$what", ({ expected, seen, launch = ALL, finds }) => {
    const image = { ...SEEN, ...seen };
    expect(brief(compareImage({ ...IMAGE, ...expected }, { image, launch }, NOW))).toEqual(finds);
  });

  test("that is gone is made again by up", () => {
    expect(brief(compareImage(IMAGE, undefined, NOW))).toEqual([
      "image existence: there → not there (missing, up)",
    ]);
  });

  test("that is gone and left its snapshot is said of the snapshot; one that is being uploaded is not", () => {
    const tagged = [
      { SnapshotId: "snap-1" },
      { SnapshotId: "snap-2", Tags: [{ Key: "imprimatur:release", Value: "1.0" }] },
      { SnapshotId: "snap-3", Tags: [{ Key: "imprimatur:upload", Value: "begun" }] },
    ];
    const found = extraSnapshots("us-east-1", new Set(["snap-1"]), tagged);
    expect(found).toMatchObject([
      { object: { kind: "snapshot", id: "snap-2" }, release: "1.0", kind: "extra" },
    ]);
    expect(found[0]!.cure).toContain("imprimatur sweep --delete");
  });

  test("in a region that the stack does not know is for a sweep", () => {
    const tagged = [
      { ImageId: "ami-1" },
      { ImageId: "ami-9", Tags: [{ Key: "imprimatur:release", Value: "1.0" }] },
    ];
    const [only, ...more] = extraImages("eu-west-1", new Set(["ami-1"]), tagged);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ release: "1.0", object: { id: "ami-9" }, kind: "extra", repair: "none" });
    expect(only?.cure).toContain("imprimatur sweep");
  });
});

describe("a snapshot", () => {
  const expected = {
    region: "us-east-1",
    id: "snap-1",
    tags: { Name: "demo" },
    access: PUBLIC,
    wholeSharing: true,
  };
  const snapshot = {
    Tags: [
      { Key: "Name", Value: "demo" },
      { Key: "somebody's", Value: "own" },
    ],
  };
  test.each([
    { what: "as it should be, with somebody's own tag", permissions: ALL, finds: [] },
    {
      what: "private again, and shared with one account",
      permissions: [{ UserId: "222222222222" }],
      finds: [
        "snapshot volume permission public: given → none (missing, up)",
        "snapshot volume permission 222222222222: none → given (extra, up)",
      ],
    },
  ])("$what", ({ permissions, finds }) => {
    expect(brief(compareSnapshot(expected, { snapshot, permissions }))).toEqual(finds);
  });
});

describe("a pointer", () => {
  const expected = {
    region: "us-east-1",
    name: "/latest",
    value: "ami-1",
    dataType: "aws:ec2:image",
    description: "demo",
    tags: { a: "1" },
  };
  const parameter = { Value: "ami-1", DataType: "aws:ec2:image" };
  test.each([
    {
      what: "that was moved",
      seen: { parameter: { ...parameter, Value: "ami-0" } },
      finds: ["parameter value: ami-1 → ami-0 (changed, up)"],
    },
    {
      what: "that is plain text",
      seen: { parameter: { ...parameter, DataType: "text" } },
      finds: ["parameter data type: aws:ec2:image → text (changed, up)"],
    },
    {
      what: "described otherwise, and without its tags",
      seen: { parameter, description: "", tags: { b: "2" } },
      finds: [
        "parameter description: demo → none (changed, up)",
        "parameter tag a: 1 → none (missing, up)",
        "parameter tag b: none → 2 (extra, up)",
      ],
    },
    { what: "whose tags could not be asked", seen: { parameter }, finds: [] },
    {
      what: "that is gone",
      seen: undefined,
      finds: ["parameter existence: there → not there (missing, up)"],
    },
  ])("$what", ({ seen, finds }) => {
    expect(brief(compareParameter(expected, seen))).toEqual(finds);
  });
});

describe("a region that blocks public access", () => {
  test.each([
    { what: "matters where public images are", isPublic: true, finds: 2 },
    { what: "is nobody's business elsewhere", isPublic: false, finds: 0 },
  ])("$what", ({ isPublic, finds }) => {
    const found = compareRegion("us-east-1", isPublic, {
      images: "block-new-sharing",
      snapshots: "block-all-sharing",
    });
    expect(found).toHaveLength(finds);
  });
});

describe("a stranger", () => {
  const account = "999999999999";
  test.each([
    { what: "sees what is public", sight: { image: SEEN, snapshot: true }, finds: [] },
    {
      what: "does not see what is public",
      sight: { snapshot: false },
      finds: [
        "image visibility: seen by others → not seen (hidden, none)",
        "snapshot visibility: seen by others → not seen (hidden, none)",
      ],
    },
    {
      what: "sees what is private",
      expected: { access: PRIVATE },
      sight: { image: SEEN, snapshot: false },
      finds: ["image visibility: seen by nobody else → seen (extra, none)"],
    },
    {
      what: "may be one of those it is shared with",
      expected: { access: { ...PRIVATE, accounts: [account] } },
      sight: { image: SEEN, snapshot: true },
      finds: [],
    },
    {
      what: "may be in the organisation that it is shared with",
      expected: { access: { ...PRIVATE, arns: [ORGANIZATION] } },
      sight: { image: SEEN, snapshot: false },
      finds: [],
    },
    {
      what: "finds a published image whose date is over in no list",
      expected: { deprecationTime: undefined },
      sight: { image: { ...SEEN, DeprecationTime: "2026-11-30T00:00:00.000Z" }, snapshot: true },
      finds: ["image deprecation time: none that is over → 2026-11-30T00:00:00.000Z (hidden, none)"],
    },
  ])("$what", ({ expected, sight, finds }) => {
    const found = compareForStranger({ ...IMAGE, ...expected }, { account, ...sight }, NOW);
    expect(brief(found)).toEqual(finds);
    expect(found.every(({ seenBy }) => seenBy === "stranger")).toBe(true);
  });
});
