import { openAws } from "../../../components/aws/cloud";
import { reportOn } from "../../../components/closings";
import { closeAws } from "../../../components/aws/closing";
import type { ReleaseBuild } from "../../../components/cloud";
import { planCloud } from "../../../components/plan";
import { build, stackOf, withoutSha256 } from "./builds";
import { find, namesOf, registrationsOf } from "./registrations";

const AWS = {
  homeRegion: "eu-central-1",
  regions: { "us-east-1": {}, "eu-central-1": {}, "ap-southeast-1": {} },
  sharing: { public: true },
};

async function published(aws: Record<string, unknown>, ...builds: ReleaseBuild[]) {
  const config = stackOf({ aws }, builds);
  if (!config.aws) throw new Error("no aws");
  const plan = planCloud("aws", { config: config.aws, product: config.product, stack: "test", builds });
  const args = { ...plan, after: [] };
  return registrationsOf(() => {
    const closings = closeAws(args);
    const cloud = openAws({ ...args, after: [...closings.values()], closings });
    const releases = builds.map((one) => {
      const { images, proof, others } = cloud.publish(one, {});
      return { images, proof, ...others };
    });
    const shared = cloud.finish?.();
    cloud.settle?.(reportOn("demo", new Map([["aws", closings]]), cloud.pointers?.() ?? []));
    return { outputs: { releases, shared } };
  });
}

const NOBODY = { public: false, accounts: [], organizations: [], organizationalUnits: [] };

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
      tags: { "imprimatur:release": "20261120.0" },
    });
    expect(find(registrations, "SnapshotTags", COPY).inputs).toMatchObject({
      region: "us-east-1",
      snapshotId: `${COPY}-snapshot`,
      tags: { "imprimatur:release": "20261120.0" },
    });
  });

  test("is replaced at home and in every region by the same changes of what is wanted, and by no drift", async () => {
    const volume = (volumeType: string) => ({ ...AWS, image: { volumeType } });
    const made = (await published(volume("gp3"), build())).registrations;
    const other = (await published(volume("gp2"), build())).registrations;
    for (const [kind, name] of [
      ["Ami", HOME],
      ["AmiCopy", COPY],
    ] as const) {
      const { replacementTrigger: trigger, ignoreChanges } = find(made, kind, name);
      expect(trigger).toEqual(find(made, "Ami", HOME).replacementTrigger);
      expect(trigger).toMatchObject({ volumeType: "gp3", bootMode: "uefi", sha256: "a".repeat(64) });
      expect(find(other, kind, name).replacementTrigger).not.toEqual(trigger);
      expect(ignoreChanges).toContain("ephemeralBlockDevices");
    }
    expect(find(made, "Ami", HOME).ignoreChanges).toEqual(
      expect.arrayContaining(["bootMode", "enaSupport", "imdsSupport", "tpmSupport"]),
    );
  });

  test("of which there are many: 20 copies begin in a region at a time, and a withdrawn one waits for none", async () => {
    const many = Array.from({ length: 22 }, (_, index) => build({ version: `20261120.${index + 1}` }));
    const withdrawn = build({ version: "20261119.0", state: "withdrawn" });
    const { registrations } = await published(AWS, ...many, withdrawn);
    const waitsFor = (version: string) =>
      find(registrations, "AmiCopy", COPY.replace("20261120.0", version)).dependencies.filter((dependency) =>
        dependency.startsWith("AmiCopy "),
      );
    expect(waitsFor("20261120.20")).toEqual([]);
    expect(waitsFor("20261120.21")).toEqual([`AmiCopy ${COPY.replace("20261120.0", "20261120.1")}`]);
    expect(waitsFor("20261120.22")).toEqual([`AmiCopy ${COPY.replace("20261120.0", "20261120.2")}`]);
    expect(waitsFor("20261119.0")).toEqual([]);
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
    const shares = registrations.filter(({ kind }) => kind === "ImageSharing");
    expect(shares).toHaveLength(6);
    for (const { dependencies } of shares) {
      expect(dependencies).toEqual(
        expect.arrayContaining(verifications.map((name) => `Verification ${name}`)),
      );
    }
  });

  test("is shared by one resource for each image and region, with the snapshot under it", async () => {
    const { registrations } = await published(AWS, build());
    expect(namesOf(registrations, "ImageSharing").sort()).toEqual(
      namesOf(registrations, "Verification").sort(),
    );
    expect(find(registrations, "ImageSharing", COPY).inputs).toEqual({
      region: "us-east-1",
      imageId: `${COPY}-id`,
      snapshotId: `${COPY}-snapshot`,
      ...NOBODY,
      public: true,
    });
  });

  test("waits for the preflight, which knows names and regions", async () => {
    const { registrations } = await published({ ...AWS, accountId: "123456789012" }, build());
    expect(find(registrations, "Preflight", "demo-20261120.0").inputs).toMatchObject({
      accountId: "123456789012",
      homeRegion: "eu-central-1",
      product: "demo",
      release: "20261120.0",
      images: [{ name: "demo-x86_64-20261120.0", architecture: "x86_64", sha256: "a".repeat(64) }],
      pointers: [],
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
    const { releases, shared } = outputs as { releases: unknown[]; shared: unknown };
    expect(shared).toBeUndefined();
    expect(releases[0]).toEqual({
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
  test("is said as whole sets; a region's own sharing replaces the general one", async () => {
    const organization = "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5";
    const unit = "arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-cd34ef56";
    const sharing = {
      accounts: ["310987654321", "210987654321"],
      organizations: [organization],
      organizationalUnits: [unit],
    };
    const regions = { ...AWS.regions, "us-east-1": { sharing } };
    const { registrations } = await published({ ...AWS, regions }, build());
    expect(find(registrations, "ImageSharing", COPY).inputs).toMatchObject({
      public: false,
      accounts: ["210987654321", "310987654321"],
      organizations: [organization],
      organizationalUnits: [unit],
    });
    expect(find(registrations, "ImageSharing", HOME).inputs).toMatchObject({ ...NOBODY, public: true });
  });

  test("is nobody where nothing is said, and that is said too: an extra grant is seen", async () => {
    const { registrations } = await published({ ...AWS, sharing: {} }, build());
    const shares = registrations.filter(({ kind }) => kind === "ImageSharing");
    expect(shares).toHaveLength(3);
    for (const { inputs } of shares) expect(inputs).toMatchObject(NOBODY);
  });
});

describe("pointers", () => {
  const POINTED = { ...AWS, pointers: ["/images/{product}/{architecture}/latest"] };
  const LATEST = "images/demo/x86_64/latest";
  const older = (state: "published" | "deprecated" | "withdrawn", version: string) =>
    build({ version, state, deprecateOn: "2027-01-01T00:00:00Z" });

  test("hold the newest published AMI of each region, once it is shared", async () => {
    const { registrations, outputs } = await published(
      POINTED,
      build({ version: "20261120.10" }),
      build({ version: "20261120.9" }),
      older("deprecated", "20261121.0"),
      build({ version: "20261122.0", state: "staged" }),
    );
    const newest = COPY.replace("20261120.0", "20261120.10");
    expect(namesOf(registrations, "Pointer").sort()).toEqual(
      ["ap-southeast-1", "eu-central-1", "us-east-1"].map((region) => `${LATEST}-${region}`),
    );
    const parameter = find(registrations, "Pointer", `${LATEST}-us-east-1`);
    expect(parameter).toMatchObject({
      type: "imprimatur:aws:Pointer",
      protect: false,
      inputs: {
        region: "us-east-1",
        name: "/images/demo/x86_64/latest",
        imageId: `${newest}-id`,
        tags: { "imprimatur:release": "20261120.10", "imprimatur:stack": "test" },
      },
    });
    expect(parameter.dependencies).toContain(`ImageSharing ${newest}`);
    expect((outputs as { shared: unknown }).shared).toMatchObject({
      pointers: { "/images/demo/x86_64/latest": { "us-east-1": `${newest}-id` } },
    });
    expect(find(registrations, "Preflight", "demo-20261120.10").inputs.pointers).toEqual([
      "/images/demo/x86_64/latest",
    ]);
    expect(find(registrations, "Preflight", "demo-20261122.0").inputs.pointers).toEqual([]);
  });

  test("move back before it is reported that the withdrawn release that they leave is closed", async () => {
    const { registrations } = await published(
      POINTED,
      older("withdrawn", "20261121.0"),
      build({ version: "20261120.9" }),
    );
    const parameter = find(registrations, "Pointer", `${LATEST}-us-east-1`);
    expect(parameter.inputs.imageId).toBe(`${COPY.replace("20261120.0", "20261120.9")}-id`);
    const closed = find(registrations, "ImageSharing", COPY.replace("20261120.0", "20261121.0"));
    expect(closed.inputs).toMatchObject(NOBODY);
    expect(
      closed.dependencies.filter((dependency) => /^(Pointer|Verification|Closing)/.test(dependency)),
    ).toEqual(["ClosingReport demo"]);
    expect(find(registrations, "ClosingReport", "demo").dependencies).toContain(
      `Pointer ${LATEST}-us-east-1`,
    );
  });

  test("are not there without a published release", async () => {
    const { registrations, outputs } = await published(POINTED, older("withdrawn", "20261121.0"));
    expect(namesOf(registrations, "Pointer")).toEqual([]);
    expect((outputs as { shared: unknown }).shared).toBeUndefined();
  });

  test("a name with {version} is one parameter for each published release", async () => {
    const { registrations } = await published(
      { ...AWS, pointers: ["/demo/{architecture}/{version}"] },
      build({ version: "2" }, ["x86_64", "arm64"]),
      build({ version: "1" }),
    );
    const names = new Set(
      registrations.filter(({ kind }) => kind === "Pointer").map(({ inputs }) => inputs.name),
    );
    expect(names).toEqual(new Set(["/demo/x86_64/2", "/demo/arm64/2", "/demo/x86_64/1"]));
  });
});

describe("the other states", () => {
  test("staged: at home only, and shared with nobody", async () => {
    const { registrations } = await published(AWS, build({ state: "staged" }));
    expect(new Set(registrations.map(({ kind }) => kind))).toEqual(
      new Set([
        ...[
          "ImageClosing",
          "aws",
          "AwsRelease",
          "Preflight",
          "Snapshot",
          "Ami",
          "Verification",
          "ImageSharing",
        ],
        "ClosingReport",
      ]),
    );
    expect(find(registrations, "ImageSharing", HOME).inputs).toMatchObject(NOBODY);
    expect(find(registrations, "Preflight", "demo-20261120.0").inputs.regions).toEqual([
      { region: "eu-central-1", public: false },
    ]);
  });

  test("withdrawn: still everywhere, shared with nobody, no longer protected", async () => {
    const { registrations } = await published(AWS, build({ state: "withdrawn" }));
    expect(namesOf(registrations, "AmiCopy")).toHaveLength(2);
    const shares = registrations.filter(({ kind }) => kind === "ImageSharing");
    expect(shares).toHaveLength(3);
    for (const { inputs, dependencies } of shares) {
      expect(inputs).toMatchObject(NOBODY);
      expect(dependencies.filter((dependency) => dependency.startsWith("Verification"))).toEqual([]);
    }
    expect(registrations.filter(({ protect }) => protect)).toEqual([]);
    // A proof that was enough to publish is not repeated, except for another snapshot.
    for (const { ignoreChanges } of registrations.filter(({ kind }) => kind === "Verification"))
      expect([...(ignoreChanges ?? [])].sort()).toEqual(["blockMapRoot", "size"]);
    expect(find(registrations, "Preflight", "demo-20261120.0").inputs.withdrawn).toBe(true);
  });

  test("withdrawn: closed in each region by what knows a name, and waits for nothing", async () => {
    const { registrations } = await published(
      AWS,
      build({ state: "withdrawn" }),
      build({ version: "20261119.0" }),
    );
    const closings = registrations.filter(({ kind }) => kind === "ImageClosing");
    expect(closings.map(({ name }) => name)).toEqual(
      expect.arrayContaining([HOME, COPY, COPY.replace("20261120.0", "20261119.0")]),
    );
    expect(closings).toHaveLength(6);
    expect(closings.flatMap(({ dependencies }) => dependencies)).toEqual([]);
    expect(find(registrations, "ImageClosing", COPY).inputs).toEqual({
      region: "us-east-1",
      image: find(registrations, "AmiCopy", COPY).inputs.name,
      withdrawn: true,
      ...NOBODY,
    });
    expect(registrations.slice(0, 6)).toEqual(closings);
  });

  test("deprecated: still shared, with its date", async () => {
    const { registrations } = await published(
      AWS,
      build({ state: "deprecated", deprecateOn: "2027-01-01T00:00:00Z" }),
    );
    expect(find(registrations, "ImageSharing", COPY).inputs.public).toBe(true);
    for (const name of [HOME, COPY])
      expect(find(registrations, "ImageDeprecation", name).inputs.at).toBe("2027-01-01T00:00:00Z");
  });

  test("an image is deprecated once the pointers have left it", async () => {
    const { registrations } = await published(
      { ...AWS, pointers: ["/demo/{architecture}"] },
      build({ version: "20261121.0" }),
      build({ state: "deprecated", deprecateOn: "2027-01-01T00:00:00Z" }),
    );
    const { dependencies } = find(registrations, "ImageDeprecation", HOME);
    expect(dependencies).toContain("Pointer demo/x86_64-eu-central-1");
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
      expect(
        [
          ...new Set(registrations.filter((registration) => registration.protect).map(({ kind }) => kind)),
        ].sort(),
      ).toEqual(want);
    },
  );

  test("without a date of ours, the one that AWS puts on public images is no drift", async () => {
    const { registrations } = await published(AWS, build());
    expect(find(registrations, "Ami", HOME).ignoreChanges).toContain("deprecationTime");
    expect(namesOf(registrations, "ImageDeprecation")).toEqual([]);
  });
});

test("a disk without SHA-256 is known by its block map", async () => {
  const { registrations } = await published(AWS, withoutSha256(build()));
  const digest = `block-map:${"d".repeat(64)}`;
  expect(find(registrations, "Snapshot", "demo-20261120.0-x86_64-eu-central-1").inputs).toMatchObject({
    sha256: digest,
    tags: { "imprimatur:digest": digest },
  });
});
