import type { ReleaseBuild } from "../../../components/cloud";
import { planCloud } from "../../../components/plan";
import { reportOn } from "../../../components/closings";
import { openGcp } from "../../../components/gcp/cloud";
import { closeGcp } from "../../../components/gcp/closing";
import { build, stackOf, withoutSha256 } from "./builds";
import { find, namesOf, registrationsOf } from "./registrations";

const GCP = { project: "demo-project", bucket: { name: "demo-bucket" }, sharing: { public: true } };
const NAME = "demo-20261120.0-x86_64";

async function published(gcp: Record<string, unknown>, ...builds: ReleaseBuild[]) {
  const config = stackOf({ gcp }, builds);
  if (!config.gcp) throw new Error("no gcp");
  const plan = planCloud("gcp", { config: config.gcp, product: config.product, stack: "test", builds });
  const args = { ...plan, after: [] };
  return registrationsOf(() => {
    const closings = closeGcp(args);
    const cloud = openGcp({ ...args, closings });
    const outputs = builds.map((build) => {
      const { images, proof } = cloud.publish(build, {});
      return { images, proof };
    });
    cloud.finish?.();
    cloud.settle?.(reportOn("demo", new Map([["gcp", closings]]), cloud.pointers?.() ?? []));
    return { outputs };
  });
}

describe("a published release", () => {
  test("is an archive named after its content, then an image in Google's alphabet, outside of any family", async () => {
    const { registrations } = await published(GCP, build());
    expect(find(registrations, "ImageArchive", NAME).inputs).toMatchObject({
      bucket: "demo-bucket",
      object: `demo/20261120.0/x86_64-${"d".repeat(64)}.tar.gz`,
      keep: false,
      metadata: { "imprimatur-digest": `sha256:${"a".repeat(64)}` },
    });
    const image = find(registrations, "Image", NAME);
    expect(image).toMatchObject({
      type: "gcp:compute/image:Image",
      protect: true,
      ignoreChanges: expect.arrayContaining([
        ...["description", "diskSizeGb", "family", "guestOsFeatures", "licenses"],
        ...["rawDisk", "storageLocations"],
      ]) as string[],
      inputs: {
        project: "demo-project",
        name: "demo-x86-64-20261120-0",
        description: `demo generic 20261120.0 (x86_64), official image by Imprimatur, sha256:${"a".repeat(64)}`,
        diskSizeGb: 4,
        rawDisk: { source: `https://storage.googleapis.com/${NAME}` },
        guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }, { type: "VIRTIO_SCSI_MULTIQUEUE" }, { type: "GVNIC" }],
        labels: { "imprimatur-release": "20261120-0", "imprimatur-digest": "a".repeat(32) },
      },
    });
    // An explicit empty list means "none", while Google returns the values it chose: a permanent difference.
    for (const absent of ["family", "licenses", "storageLocations"])
      expect(image.inputs).not.toHaveProperty(absent);
    const { bucket, object, neededFor } = find(registrations, "ImageArchive", NAME).inputs;
    expect(image.replacementTrigger).toEqual({ project: "demo-project", bucket, object, neededFor });
  });

  test("is verified, then shared, then put in its family: the pointer moves last", async () => {
    const { registrations } = await published(GCP, build({}, ["x86_64", "arm64"]));
    const verified = ["x86_64", "arm64"].map(
      (architecture) => `Verification demo-20261120.0-${architecture}`,
    );
    const share = find(registrations, "ImageMember", `${NAME}-public`);
    expect(share.inputs).toEqual({
      project: "demo-project",
      image: "demo-x86-64-20261120-0",
      member: "allAuthenticatedUsers",
      closings: 3,
    });
    expect(share.aliases).toEqual(["gcp:compute/imageIamMember:ImageIamMember"]);
    expect(share.dependencies).toEqual(expect.arrayContaining(verified));
    const family = find(registrations, "ImageFamily", NAME);
    expect(family.inputs.family).toBe("demo-x86-64");
    expect(family.dependencies).toEqual(expect.arrayContaining([...verified, `ImageMember ${NAME}-public`]));
  });

  test("is asked for by its bytes too: the preflight knows the digest under each name", async () => {
    const { registrations } = await published(GCP, build());
    expect(find(registrations, "Preflight", "demo-20261120.0").inputs.images).toEqual([
      { name: "demo-x86-64-20261120-0", sha256: "a".repeat(64) },
    ]);
  });

  test("an arm64 image says so, which the native resource cannot", async () => {
    const { registrations } = await published(GCP, build({}, ["arm64"]));
    expect(namesOf(registrations, "Image")).toEqual([]);
    expect(find(registrations, "Arm64Image", "demo-20261120.0-arm64").inputs).toMatchObject({
      imageName: "demo-arm64-20261120-0",
      guestOsFeatures: ["UEFI_COMPATIBLE", "GVNIC"],
    });
  });

  test("its archive goes once the image is verified, unless config keeps it", async () => {
    const { registrations } = await published(GCP, build());
    const removal = find(registrations, "ImageArchiveRemoval", NAME);
    expect(removal.dependencies).toContain(`Verification ${NAME}`);
    expect(removal.inputs.neededFor).toBe(find(registrations, "ImageArchive", NAME).inputs.neededFor);
    const kept = await published({ ...GCP, keepArchive: true }, build());
    expect(namesOf(kept.registrations, "ImageArchiveRemoval")).toEqual([]);
  });

  test("an image that would be made anew needs its archive anew; new labels do not", async () => {
    const neededFor = async (image: Record<string, unknown>) =>
      find((await published({ ...GCP, image }, build())).registrations, "ImageArchive", NAME).inputs
        .neededFor;
    const before = await neededFor({});
    expect(await neededFor({ guestOsFeatures: { x86_64: ["UEFI_COMPATIBLE"] } })).not.toBe(before);
    expect(await neededFor({ labels: { team: "cloud" } })).toBe(before);
  });

  test("the order of guest features is no change of the image, its archive or its trigger", async () => {
    const planWith = async (features: string[]) => {
      const image = { guestOsFeatures: { x86_64: features, arm64: features } };
      const { registrations } = await published({ ...GCP, image }, build({}, ["x86_64", "arm64"]));
      return registrations.map(({ name, inputs, replacementTrigger }) => ({
        name,
        inputs,
        replacementTrigger,
      }));
    };
    expect(await planWith(["GVNIC", "UEFI_COMPATIBLE"])).toEqual(
      await planWith(["UEFI_COMPATIBLE", "GVNIC"]),
    );
  });

  test("no optional input of a native resource is an empty value", async () => {
    const image = { guestOsFeatures: { x86_64: [] } };
    const { registrations } = await published({ ...GCP, image }, build());
    const empty = registrations
      .filter(({ type }) => type.startsWith("gcp:"))
      .flatMap(({ name, inputs }) =>
        Object.entries(inputs)
          .filter(([, value]) => ["[]", "{}", '""', "null"].includes(JSON.stringify(value)))
          .map(([key]) => `${name} ${key}`),
      );
    expect(empty).toEqual([]);
  });

  test("its proof is of the source: Google has no way to read an image back", async () => {
    const { outputs } = await published(GCP, build());
    expect(outputs).toEqual([{ images: { x86_64: `${NAME}-id` }, proof: { x86_64: "source" } }]);
  });
});

test("the bucket is made after it was asked whether it can be, and before anything is sent to it, unless it is there already", async () => {
  const { registrations } = await published(GCP, build());
  expect(find(registrations, "Bucket", "demo-archives")).toMatchObject({
    protect: true,
    inputs: {
      ...{ name: "demo-bucket", location: "US", publicAccessPrevention: "enforced" },
      softDeletePolicy: { retentionDurationSeconds: 0 },
    },
  });
  expect(find(registrations, "Preflight", "demo-20261120.0").inputs.bucketLocation).toBe("us");
  expect(find(registrations, "Bucket", "demo-archives").dependencies).toContain("Preflight demo-20261120.0");
  // Deleted after everything that is in the bucket, and before the bucket.
  const guard = find(registrations, "BucketDeletion", "demo-archives");
  expect(guard).toMatchObject({ protect: true, dependencies: ["Bucket demo-archives"] });
  expect(find(registrations, "ImageArchive", NAME).dependencies).toEqual(
    expect.arrayContaining(["Bucket demo-archives", "BucketDeletion demo-archives"]),
  );
  const own = await published({ ...GCP, bucket: { name: "demo-bucket", exists: true } }, build());
  expect(namesOf(own.registrations, "Bucket")).toEqual([]);
  expect(namesOf(own.registrations, "BucketDeletion")).toEqual([]);
  expect(find(own.registrations, "Preflight", "demo-20261120.0").inputs).not.toHaveProperty("bucketLocation");
});

test("a member is spelled as Google answers it, and its resource too, whatever a state of an older version calls it", async () => {
  const sharing = { principals: ["user:Ann@Example.org"] };
  const { registrations } = await published({ ...GCP, sharing }, build());
  const member = find(registrations, "ImageMember", `${NAME}-user-ann@example.org`);
  expect(member.inputs.member).toBe("user:ann@example.org");
});

describe("the other states", () => {
  test("staged: an image without family and without users", async () => {
    const { registrations } = await published(GCP, build({ state: "staged" }));
    expect(namesOf(registrations, "Verification")).toEqual([NAME]);
    for (const kind of ["ImageMember", "ImageFamily"]) {
      expect(namesOf(registrations, kind)).toEqual([]);
    }
  });

  test("deprecated: says so, and names the newest published release once that one is there", async () => {
    const { registrations } = await published(
      GCP,
      build({ state: "deprecated", deprecateOn: "2027-01-01T00:00:00Z" }),
      build({ version: "20261120.9" }),
      build({ version: "20261120.10" }),
    );
    const newest = "demo-20261120.10-x86_64";
    const deprecation = find(registrations, "ImageDeprecation", NAME);
    expect(deprecation.inputs).toMatchObject({
      state: "DEPRECATED",
      deprecated: "2027-01-01T00:00:00Z",
      replacement: `self/${newest}`,
    });
    expect(deprecation.dependencies).toContain(`ImageFamily ${newest}`);
    // A family resolves to its most recently created image, so the family has no other member.
    expect(namesOf(registrations, "ImageFamily")).toEqual([newest]);
    expect(find(registrations, "ImageMember", `${NAME}-public`)).toBeDefined();
  });

  test("withdrawn: obsolete in favour of the newest published, whose family membership is there by then", async () => {
    const { registrations } = await published(
      GCP,
      build({ version: "20261121.0", state: "withdrawn" }),
      build({ version: "20261120.0" }),
    );
    const obsolete = find(registrations, "ImageDeprecation", NAME.replace("20261120", "20261121"));
    expect(obsolete.inputs).toMatchObject({ state: "OBSOLETE", replacement: `self/${NAME}` });
    // The rest of the deprecation waits until no place is open: the closing has marked the image by then.
    expect(obsolete.dependencies).toEqual(
      expect.arrayContaining([`ImageFamily ${NAME}`, "ClosingReport demo"]),
    );
    const report = find(registrations, "ClosingReport", "demo");
    expect(report.dependencies).toEqual(expect.arrayContaining([`ImageFamily ${NAME}`]));
    expect(report.inputs.open).toEqual([]);
  });

  test("withdrawn: obsolete, in no family, shared with nobody", async () => {
    const { registrations } = await published(GCP, build({ state: "withdrawn" }));
    expect(find(registrations, "ImageDeprecation", NAME).inputs.state).toBe("OBSOLETE");
    expect(namesOf(registrations, "ImageMember")).toEqual([]);
    expect(namesOf(registrations, "ImageFamily")).toEqual([]);
    expect(find(registrations, "Preflight", "demo-20261120.0").inputs.withdrawn).toBe(true);
  });

  const closing = (members: string[], withdrawn = false) => ({
    ...{ project: "demo-project", image: "demo-x86-64-20261120-0", sha256: "a".repeat(64) },
    ...{ members, withdrawn },
  });
  const date = (state: string) => (state === "deprecated" ? { deprecateOn: "2027-01-01T00:00:00Z" } : {});
  test.each([
    { state: "staged", want: closing([]) },
    { state: "published", want: closing(["allAuthenticatedUsers", "user:ann@example.org"]) },
    { state: "deprecated", want: closing(["allAuthenticatedUsers", "user:ann@example.org"]) },
    { state: "withdrawn", want: closing([], true) },
  ] as const)("$state: its closing knows all by itself, and waits for nothing", async ({ state, want }) => {
    const sharing = { public: true, principals: ["user:Ann@example.org"] };
    const { registrations } = await published({ ...GCP, sharing }, build({ state, ...date(state) }));
    const { inputs, dependencies } = find(registrations, "ImageClosing", NAME);
    expect([inputs, dependencies]).toEqual([want, []]);
  });

  test.each(["staged", "published"] as const)(
    "%s without any date: active, and held to it, so that an up takes back what somebody else said of it",
    async (state) => {
      const { registrations } = await published(GCP, build({ state }));
      expect(find(registrations, "ImageDeprecation", NAME).inputs).toEqual({
        project: "demo-project",
        image: "demo-x86-64-20261120-0",
        state: "ACTIVE",
        closings: 3,
      });
    },
  );

  test("published with an end: users are told the dates, and the image stays active", async () => {
    const dates = { deprecateOn: "2027-01-01T00:00:00Z", endOfLife: "2028-01-01T00:00:00Z" };
    const { registrations } = await published(GCP, build(dates));
    expect(find(registrations, "ImageDeprecation", NAME).inputs).toMatchObject({
      state: "ACTIVE",
      deprecated: dates.deprecateOn,
      obsolete: dates.endOfLife,
    });
    expect(find(registrations, "ImageDeprecation", NAME).inputs).not.toHaveProperty("replacement");
  });
});

test("a disk without SHA-256 is known by its block map, everywhere a digest is", async () => {
  const { registrations } = await published(GCP, withoutSha256(build()));
  const root = "d".repeat(64);
  expect(find(registrations, "ImageArchive", NAME).inputs).toMatchObject({
    sha256: `block-map:${root}`,
    metadata: { "imprimatur-digest": `block-map:${root}` },
  });
  expect(find(registrations, "Image", NAME).inputs).toMatchObject({
    description: expect.stringMatching(`, block-map:${root}$`) as string,
    labels: { "imprimatur-digest": root.slice(0, 32) },
  });
});
