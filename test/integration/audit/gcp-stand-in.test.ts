import { GIB } from "../../../facts/units";
import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { Deployment } from "../../../audit/deployment";
import { deleteLeftovers, findLeftovers } from "../../../audit/sweep/sweep";
import { start } from "../../../rehearsal/gcp/index";
import { google } from "../provider/google-image";
import { Harness } from "../../unit/provider/harness";
import { exportOf, releaseResources, state } from "../../unit/audit/exported";
import { briefly, StandIn } from "./stand-in";

const LABELS = { "imprimatur-product": "demo", "imprimatur-stack": "dev" };
const USER = "roles/compute.imageUser";
const standIn = new StandIn("gcp");
let harness: Harness;
let project: string;
beforeAll(async () => {
  harness = new Harness();
  standIn.is(await harness.start(start));
  project = process.env.GCP_PROJECT ?? "";
  await google("POST", `/storage/v1/b?project=${project}`, { name: "archives" });
  await harness.disk(GIB, [0, 1]);
  const archive = {
    project,
    bucket: "archives",
    object: "demo.tar.gz",
    metadata: {},
    keep: true,
    neededFor: "1",
  };
  const made = await harness
    .handler("gcp:ImageArchive")
    .create({ ...archive, ...harness.diskInputs() }, harness.call());
  await harness.handler("gcp:Arm64Image").create(
    {
      ...image(),
      diskSizeGb: 1,
      guestOsFeatures: [],
      licenses: [],
      storageLocations: [],
      source: made.outputs.source,
    },
    harness.call(),
  );
});
afterAll(() => harness.stop());

const image = () => ({ project, imageName: "demo-1", description: "demo", labels: LABELS });

const share = (members: string[]) =>
  google("POST", `/compute/v1/projects/${project}/global/images/demo-1/setIamPolicy`, {
    policy: { bindings: [{ role: USER, members }] },
  });

const stack = (members: string[]) => [
  ...releaseResources("1.0", "published", { gcp: { global: members } }),
  state("imprimatur:gcp:Arm64Image", "demo", `projects/${project}/global/images/demo-1`, image(), "1.0"),
];

test("a private image is as it should be", async () => {
  const result = await standIn.audit(stack([]));
  expect(result).toMatchObject({
    findings: [],
    unasked: [],
    looked: { gcp: { stranger: true, counts: { images: 1 } } },
  });
});

test("a public one that was never shared is told by its owner, and the stranger has no news", async () => {
  expect(briefly(await standIn.audit(stack(["public"])))).toEqual([
    "global image member allAuthenticatedUsers: missing, up, owner",
  ]);
});

test("a member that somebody added is told with the command that takes it away", async () => {
  await share(["allAuthenticatedUsers", "user:partner@example.com"]);
  const { findings } = await standIn.audit(stack(["public"]));
  expect(findings.map(({ cure }) => cure)).toEqual([
    `gcloud compute images remove-iam-policy-binding demo-1 --project=${project} --member=user:partner@example.com --role=${USER}`,
  ]);
});

test("a bucket that the stack made is asked for, and one that is gone is told", async () => {
  const bucket = (name: string) => state("gcp:storage/bucket:Bucket", name, name, { project, name });
  const { findings, looked } = await standIn.audit([...stack([]), bucket("archives"), bucket("absent")], {});
  expect(looked.gcp.counts.buckets).toBe(2);
  expect(findings.filter(({ object }) => object.kind === "bucket").map(({ object }) => object.id)).toEqual([
    "absent",
  ]);
});

describe("a family that leads nowhere", () => {
  const inFamily = () => [
    ...stack(["public"]),
    state(
      "imprimatur:gcp:ImageFamily",
      "demo",
      "family",
      { project, image: "demo-1", family: "demo" },
      "1.0",
    ),
  ];
  // Our own resources wait for the operations that they begin.
  const set = (type: string, fields: object) =>
    harness.handler(`gcp:${type}`).create({ project, image: "demo-1", ...fields }, harness.call());
  beforeAll(() => share(["allAuthenticatedUsers"]));

  test("because the image was taken out of it: the owner says so, and the stranger has no news", async () => {
    expect(briefly(await standIn.audit(inFamily()))).toEqual(["global image family: missing, up, owner"]);
  });

  test("because somebody marked the image as obsolete: the same", async () => {
    await set("ImageFamily", { family: "demo" });
    expect(briefly(await standIn.audit(inFamily()))).toEqual([]);
    await set("ImageDeprecation", { state: "OBSOLETE" });
    expect(briefly(await standIn.audit(inFamily()))).toEqual([
      "global image deprecation state: changed, up, owner",
    ]);
    await set("ImageDeprecation", { state: "ACTIVE" });
  });
});

test("an image with the stack's labels that the state does not know is for a sweep", async () => {
  const other = { ...image(), imageName: "demo-0" };
  const known = state(
    "imprimatur:gcp:Arm64Image",
    "old",
    `projects/${project}/global/images/demo-0`,
    other,
    "1.0",
  );
  expect(briefly(await standIn.audit([...stack(["public"]).slice(0, 2), known], {}))).toEqual([
    "global image existence: extra, none, owner",
    "global image existence: missing, up, owner",
  ]);
});

describe("of an audit of everything", () => {
  const everything = () => [
    ...stack([]),
    state("gcp:storage/bucket:Bucket", "archives", "archives", { project, name: "archives" }),
    state(
      "imprimatur:gcp:ImageFamily",
      "demo",
      "family",
      { project, image: "demo-1", family: "demo" },
      "1.0",
    ),
  ];

  // Reading what is public needs no right.
  beforeAll(() => share([]));

  test("all can be asked with the auditor's role", async () => {
    expect(await standIn.audit(everything())).toMatchObject({
      unasked: [],
      looked: { gcp: { stranger: true } },
    });
  });

  const asked = permissionsFor(GOOGLE_PERMISSIONS, ["audit"]);
  test.each(asked.map(({ name }) => name))("what %s is needed for is said to be unknown", async (name) => {
    const { unasked } = await standIn.audit(everything(), {}, [name]);
    expect(unasked).not.toEqual([]);
    // Google names this right where a family is refused: flatcar/Flatcar issue 314.
    const named = name === "compute.images.getFromFamily" ? "compute.images.get" : name;
    for (const line of unasked) expect(line).toContain(named);
  });
});

describe("a sweep of somebody who has the sweeper's role alone", () => {
  const look = () =>
    findLeftovers({
      deployment: Deployment.parse(exportOf([])),
      owner: { stack: "dev", product: "demo" },
      places: { gcp: { projects: [project], buckets: ["archives", "begun"] } },
      options: {},
      signal: new AbortController().signal,
    });
  const sweep = async () => {
    const { found, unasked } = await look();
    const { problems } = await deleteLeftovers(found);
    return { found: found.map(({ leftover }) => leftover.object.kind), said: [...unasked, ...problems] };
  };
  const said = async (work: () => Promise<string[]>, without: string[]) => {
    const lines = await standIn.only("sweeper", work, without);
    for (const name of without) expect(lines).toContainEqual(expect.stringContaining(name));
    expect(lines.length).toBeGreaterThan(0);
  };

  beforeAll(async () => {
    await google("POST", `/storage/v1/b?project=${project}`, { name: "begun", labels: LABELS });
    const metadata = { ...LABELS };
    const upload = `/upload/storage/v1/b/begun/o?uploadType=media&name=left`;
    await google("POST", upload, {});
    await google("PATCH", `/storage/v1/b/begun/o/left`, { metadata });
  });

  test.each(["compute.images.list", "storage.objects.list", "storage.buckets.get"])(
    "says what it needs %s for",
    (name) => said(async () => [...(await look()).unasked], [name]),
  );

  test("says each right that it lacks to delete", () =>
    said(
      async () => (await sweep()).said,
      ["compute.images.delete", "storage.objects.delete", "storage.buckets.delete"],
    ));

  test.each([
    [
      "a hold",
      "begun/o/left",
      { temporaryHold: true },
      { temporaryHold: false },
      "; release it if it may go (",
    ],
    [
      "a retention policy",
      "begun",
      { retentionPolicy: { retentionPeriod: "3600" } },
      { retentionPolicy: null },
      "; wait until then, or take the bucket's retention policy away",
    ],
  ])("says of an archive that %s keeps how that is undone, and goes on", async (_, path, put, undo, cure) => {
    await google("PATCH", `/storage/v1/b/${path}`, put);
    const { said } = await standIn.only("sweeper", sweep);
    await google("PATCH", `/storage/v1/b/${path}`, undo);
    expect(said).toEqual([
      expect.stringContaining(cure),
      expect.stringContaining("The bucket you tried to delete is not empty"),
    ]);
    expect(said[0]).not.toContain("give the publisher");
  });

  test("takes everything away, and waits for Google", async () => {
    const all = ["archive", "bucket"];
    expect(await standIn.only("sweeper", sweep)).toEqual({ found: all, said: [] });
    expect(await standIn.only("sweeper", sweep)).toEqual({ found: [], said: [] });
  });
});
