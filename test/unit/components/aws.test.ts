import { openAws } from "../../../components/aws/cloud";
import type { ReleaseBuild } from "../../../components/cloud";
import { build, stackOf } from "./builds";
import { find, namesOf, registrationsOf } from "./registrations";

const AWS = {
  homeRegion: "eu-central-1",
  regions: { "us-east-1": {}, "eu-central-1": {}, "ap-southeast-1": {} },
  sharing: { public: true },
};

async function published(aws: Record<string, unknown>, one: ReleaseBuild) {
  const config = stackOf({ aws }, [one]);
  if (!config.aws) throw new Error("no aws");
  const args = { config: config.aws, product: config.product, stack: "test", builds: [one], after: [] };
  return registrationsOf(() => {
    const { images, proof, others } = openAws(args).publish(one, {});
    return { outputs: { images, proof, ...others } };
  });
}

const HOME = "demo-20261120.0-x86_64-eu-central-1";
const COPY = "demo-20261120.0-x86_64-us-east-1";

describe("a published release", () => {
  test("is uploaded and registered once, at home, with what its image file says", async () => {
    const { registrations } = await published(AWS, build({ deprecateOn: "2028-11-20T00:00:00Z" }));
    expect(namesOf(registrations, "Snapshot")).toEqual([HOME]);
    expect(find(registrations, "Snapshot", HOME).inputs).toMatchObject({
      region: "eu-central-1",
      imageFile: "images/20261120.0.json",
      architecture: "x86_64",
      blockMapRoot: "d".repeat(64),
      dataBlocks: 2048,
      tags: {
        Name: "demo-x86_64-20261120.0",
        "imprimatur:product": "demo",
        "imprimatur:release": "20261120.0",
        "imprimatur:digest": `sha256:${"a".repeat(64)}`,
        "imprimatur:stack": "test",
      },
    });
    expect(find(registrations, "Ami", HOME)).toMatchObject({
      type: "aws:ec2/ami:Ami",
      inputs: {
        region: "eu-central-1",
        name: "demo-x86_64-20261120.0",
        architecture: "x86_64",
        virtualizationType: "hvm",
        bootMode: "uefi",
        imdsSupport: "v2.0",
        enaSupport: true,
        deprecationTime: "2028-11-20T00:00:00Z",
        ebsBlockDevices: [
          {
            deviceName: "/dev/xvda",
            snapshotId: `${HOME}-id`,
            volumeSize: 4,
            volumeType: "gp3",
            deleteOnTermination: true,
          },
        ],
      },
    });
  });

  test("is copied to every other region; the copy is told its tags and date again, and is not encrypted", async () => {
    const { registrations } = await published(AWS, build({ deprecateOn: "2028-11-20T00:00:00Z" }));
    expect(namesOf(registrations, "AmiCopy")).toEqual([HOME.replace("eu-central-1", "ap-southeast-1"), COPY]);
    expect(find(registrations, "AmiCopy", COPY).inputs).toMatchObject({
      region: "us-east-1",
      sourceAmiId: `${HOME}-id`,
      sourceAmiRegion: "eu-central-1",
      encrypted: false,
      deprecationTime: "2028-11-20T00:00:00Z",
      tags: { "imprimatur:release": "20261120.0" },
    });
    expect(find(registrations, "SnapshotTags", COPY).inputs).toMatchObject({
      region: "us-east-1",
      snapshotId: `${COPY}-snapshot`,
      tags: { "imprimatur:release": "20261120.0" },
    });
  });

  test("is read back in every region before it is shared in any", async () => {
    const { registrations } = await published(AWS, build({}, ["x86_64", "arm64"]));
    const verifications = namesOf(registrations, "Verification");
    expect(verifications).toHaveLength(6);
    expect(find(registrations, "Verification", COPY).inputs).toMatchObject({
      region: "us-east-1",
      snapshotId: `${COPY}-snapshot`,
      blockMapRoot: "d".repeat(64),
    });
    const shares = registrations.filter(
      ({ kind }) => kind === "SnapshotSharing" || kind === "AmiLaunchPermission",
    );
    expect(shares).toHaveLength(12);
    for (const { dependencies } of shares) {
      expect(dependencies).toEqual(
        expect.arrayContaining(verifications.map((name) => `Verification ${name}`)),
      );
    }
  });

  test("opens the snapshot before the image", async () => {
    const { registrations } = await published(AWS, build());
    const permission = find(registrations, "AmiLaunchPermission", `${COPY}-public`);
    expect(permission.inputs).toEqual({ region: "us-east-1", imageId: `${COPY}-id`, group: "all" });
    expect(permission.dependencies).toContain(`SnapshotSharing ${COPY}`);
    expect(find(registrations, "SnapshotSharing", COPY).inputs).toMatchObject({ public: true, accounts: [] });
  });

  test("waits for the preflight, which knows names and regions", async () => {
    const { registrations } = await published({ ...AWS, accountId: "123456789012" }, build());
    expect(find(registrations, "Preflight", "demo-20261120.0").inputs).toMatchObject({
      accountId: "123456789012",
      homeRegion: "eu-central-1",
      imageNames: ["demo-x86_64-20261120.0"],
      regions: [
        { region: "eu-central-1", public: true },
        { region: "ap-southeast-1", public: true },
        { region: "us-east-1", public: true },
      ],
    });
    expect(find(registrations, "Snapshot", HOME).dependencies).toContain("Preflight demo-20261120.0");
    expect(find(registrations, "aws", "aws").inputs).toMatchObject({
      region: "eu-central-1",
      allowedAccountIds: '["123456789012"]',
    });
  });

  test("shows every id by architecture and region, and what is proven of it", async () => {
    const { outputs } = await published(AWS, build());
    expect(outputs).toEqual({
      images: {
        x86_64: {
          "eu-central-1": `${HOME}-id`,
          "ap-southeast-1": expect.any(String) as string,
          "us-east-1": `${COPY}-id`,
        },
      },
      proof: { x86_64: { "eu-central-1": "bytes", "ap-southeast-1": "bytes", "us-east-1": "bytes" } },
      snapshots: {
        x86_64: {
          "eu-central-1": `${HOME}-id`,
          "ap-southeast-1": expect.any(String) as string,
          "us-east-1": `${COPY}-snapshot`,
        },
      },
    });
  });
});

describe("who may use it", () => {
  test("is each account, organisation and unit by itself; a region's own sharing replaces the general one", async () => {
    const organization = "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5";
    const unit = "arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-cd34ef56";
    const sharing = {
      accounts: ["210987654321"],
      organizations: [organization],
      organizationalUnits: [unit],
    };
    const regions = { ...AWS.regions, "us-east-1": { sharing } };
    const { registrations } = await published({ ...AWS, regions }, build());
    const there = registrations.filter(
      ({ kind, inputs }) => kind === "AmiLaunchPermission" && inputs.region === "us-east-1",
    );
    const image = { region: "us-east-1", imageId: `${COPY}-id` };
    expect(there.map(({ name, inputs }) => [name, inputs])).toEqual([
      [`${COPY}-210987654321`, { ...image, accountId: "210987654321" }],
      [`${COPY}-o-a1b2c3d4e5`, { ...image, organizationArn: organization }],
      [`${COPY}-ou-ab12-cd34ef56`, { ...image, organizationalUnitArn: unit }],
    ]);
    expect(find(registrations, "SnapshotSharing", COPY).inputs).toMatchObject({
      public: false,
      accounts: ["210987654321"],
    });
  });

  test("an organisation alone gets no snapshot: AWS has no such permission", async () => {
    const organizations = ["arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5"];
    const { registrations } = await published({ ...AWS, sharing: { organizations } }, build());
    expect(namesOf(registrations, "SnapshotSharing")).toEqual([]);
    expect(namesOf(registrations, "AmiLaunchPermission")).toHaveLength(3);
  });
});

describe("the other states", () => {
  test("staged: at home only, and shared with nobody", async () => {
    const { registrations } = await published(AWS, build({ state: "staged" }));
    expect(new Set(registrations.map(({ kind }) => kind))).toEqual(
      new Set(["aws", "AwsRelease", "Preflight", "Snapshot", "Ami", "Verification"]),
    );
    expect(find(registrations, "Preflight", "demo-20261120.0").inputs.regions).toEqual([
      { region: "eu-central-1", public: false },
    ]);
  });

  test("withdrawn: still everywhere, shared with nobody, no longer protected", async () => {
    const { registrations } = await published(AWS, build({ state: "withdrawn" }));
    expect(namesOf(registrations, "AmiCopy")).toHaveLength(2);
    expect(namesOf(registrations, "AmiLaunchPermission")).toEqual([]);
    expect(namesOf(registrations, "SnapshotSharing")).toEqual([]);
    expect(registrations.filter(({ protect }) => protect)).toEqual([]);
  });

  test("deprecated: still shared, with its date", async () => {
    const { registrations } = await published(
      AWS,
      build({ state: "deprecated", deprecateOn: "2027-01-01T00:00:00Z" }),
    );
    expect(namesOf(registrations, "AmiLaunchPermission")).toHaveLength(3);
    expect(find(registrations, "AmiCopy", COPY).inputs.deprecationTime).toBe("2027-01-01T00:00:00Z");
  });

  test.each([
    { state: "published", protect: undefined, want: ["Ami", "AmiCopy", "Snapshot"] },
    { state: "staged", protect: undefined, want: ["Ami", "Snapshot"] },
    { state: "published", protect: false, want: [] },
    { state: "deprecated", protect: undefined, want: [] },
    { state: "deprecated", protect: true, want: ["Ami", "AmiCopy", "Snapshot"] },
  ] as const)(
    "$state with protect $protect protects $want, never a share",
    async ({ state, protect, want }) => {
      const dates = { deprecateOn: "2027-01-01T00:00:00Z" };
      const { registrations } = await published(
        AWS,
        build({ state, ...dates, ...(protect !== undefined && { protect }) }),
      );
      expect([...new Set(registrations.filter((of) => of.protect).map(({ kind }) => kind))].sort()).toEqual(
        want,
      );
    },
  );

  test("without a date of ours, the one that AWS puts on public images is no drift", async () => {
    const { registrations } = await published(AWS, build());
    expect(find(registrations, "Ami", HOME).ignoreChanges).toEqual(["deprecationTime"]);
    expect(find(registrations, "Ami", HOME).inputs).not.toHaveProperty("deprecationTime");
    const dated = await published(AWS, build({ deprecateOn: "2027-01-01T00:00:00Z" }));
    expect(find(dated.registrations, "Ami", HOME).ignoreChanges).toEqual([]);
  });
});
