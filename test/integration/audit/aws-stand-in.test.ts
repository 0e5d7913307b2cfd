import {
  DisableImageCommand,
  DisableImageDeregistrationProtectionCommand,
  EC2Client,
  EnableImageCommand,
  EnableImageDeregistrationProtectionCommand,
  EnableSnapshotBlockPublicAccessCommand,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  AddTagsToResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { AWS_PERMISSIONS } from "../../../clouds/aws/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { removeInstance } from "../../../clouds/aws/remove";
import { start } from "../../../rehearsal/aws/index";
import { BLOCK, failure, Harness } from "../../unit/provider/harness";
import { asAdministrator } from "../administrator";
import { exportOf, IDENTITY, releaseResources, state } from "../../unit/audit/exported";
import { briefly, StandIn } from "./stand-in";
import { Deployment } from "../../../audit/deployment";
import { renderLeftovers } from "../../../audit/sweep/report";
import { deleteLeftovers, findLeftovers } from "../../../audit/sweep/sweep";

const REGION = "eu-central-1";
const standIn = new StandIn("aws");
let harness: Harness;
let ec2: EC2Client;
let image: string;
let snapshot: string;
beforeAll(async () => {
  harness = new Harness();
  standIn.is(await harness.start(start));
  await harness.disk(64 * BLOCK, [0, 1]);
  const made = await harness
    .handler("aws:Snapshot")
    .create({ region: REGION, description: "demo", tags: IDENTITY, ...harness.diskInputs() }, harness.call());
  snapshot = made.id;
  ec2 = new EC2Client(asAdministrator(REGION));
  const registered = await ec2.send(
    new RegisterImageCommand({
      Name: "demo-1.0",
      Description: "demo",
      Architecture: "x86_64",
      VirtualizationType: "hvm",
      RootDeviceName: "/dev/xvda",
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshot } }],
      TagSpecifications: [
        { ResourceType: "image", Tags: Object.entries(IDENTITY).map(([Key, Value]) => ({ Key, Value })) },
      ],
    }),
  );
  image = registered.ImageId!;
  await harness.handler("aws:ImageSharing").create(sharing(), harness.call());
});
afterAll(() => harness.stop());

const sharing = () => ({
  region: REGION,
  imageId: image,
  snapshotId: snapshot,
  public: true,
  accounts: [],
  organizations: [],
  organizationalUnits: [],
});

/** The stack as an up would have left it. */
const stack = (audience: string[] = ["public"]) => [
  ...releaseResources("1.0", "published", { aws: { [REGION]: audience } }),
  state("imprimatur:aws:Snapshot", "demo", snapshot, { region: REGION, tags: IDENTITY }, "1.0"),
  state(
    "aws:ec2/ami:Ami",
    "demo",
    image,
    { region: REGION, name: "demo-1.0", description: "demo", tags: IDENTITY },
    "1.0",
    { rootSnapshotId: snapshot },
  ),
  state("imprimatur:aws:ImageSharing", "demo", `${image}/sharing`, sharing(), "1.0"),
];

test("a public image is as it should be, for its owner and for a stranger", async () => {
  const result = await standIn.audit(stack());
  expect(result).toMatchObject({ findings: [], unasked: [], looked: { aws: { stranger: true } } });
});

test("without a second account nothing is said of strangers", async () => {
  const result = await standIn.audit(stack(), {});
  expect(result.looked.aws).toMatchObject({ stranger: false, counts: { images: 1, snapshots: 1 } });
});

test("a disabled image is found, and it is private once it is enabled again", async () => {
  await ec2.send(new DisableImageCommand({ ImageId: image }));
  const disabled = await standIn.audit(stack());
  expect(briefly(disabled)).toEqual([`${REGION} image state: hidden, none, owner`]);
  expect(disabled.findings[0]?.cure).toContain(`enable-image --region ${REGION} --image-id ${image}`);
  await ec2.send(new EnableImageCommand({ ImageId: image }));
  expect(briefly(await standIn.audit(stack()))).toEqual([
    `${REGION} image launch permission public: missing, up, owner`,
  ]);
  const again = { Add: [{ Group: "all" as const }] };
  await ec2.send(new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission: again }));
  expect(briefly(await standIn.audit(stack()))).toEqual([]);
});

test("what the ledger wants private and everybody sees is told once, by the owner", async () => {
  expect(briefly(await standIn.audit(stack([])))).toEqual([
    `${REGION} image launch permission public: extra, up, owner`,
    `${REGION} snapshot volume permission public: extra, up, owner`,
  ]);
});

test("what cannot be asked is no drift", async () => {
  const key = process.env.AWS_SECRET_ACCESS_KEY;
  process.env.STRANGER_AWS_SECRET_ACCESS_KEY = "wrong";
  const result = await standIn.audit(stack());
  expect(result.findings).toEqual([]);
  expect(result.unasked.length).toBeGreaterThan(0);
  for (const line of result.unasked) expect(line).not.toContain(key);
});

test("a blocked region is told with its cure", async () => {
  await ec2.send(new EnableSnapshotBlockPublicAccessCommand({ State: "block-new-sharing" }));
  const { findings } = await standIn.audit(stack(), {});
  expect(findings.map(({ field, cure }) => [field, cure])).toEqual([
    [
      "block public access for snapshots",
      `before anything is shared there again: aws ec2 disable-snapshot-block-public-access --region ${REGION}`,
    ],
  ]);
});

describe("a pointer", () => {
  const ssm = () => new SSMClient(asAdministrator(REGION));
  const pointed = () => [
    ...stack(),
    state("aws:ssm/parameter:Parameter", "/latest", "/latest", {
      region: REGION,
      name: "/latest",
      insecureValue: image,
      description: "demo",
      tags: IDENTITY,
    }),
  ];
  const lines = async () =>
    briefly(await standIn.audit(pointed(), {})).filter((line) => line.startsWith(`${REGION} parameter`));
  beforeAll(async () => {
    const Tags = Object.entries(IDENTITY).map(([Key, Value]) => ({ Key, Value }));
    const parameter = { Name: "/latest", Value: image, Type: "String" as const, Description: "demo" };
    await ssm().send(new PutParameterCommand({ ...parameter, Tags }));
  });

  test("is as it should be", async () => {
    expect(await lines()).toEqual([]);
  });

  test("that lost a tag, and is described otherwise, is found", async () => {
    const resource = { ResourceType: "Parameter" as const, ResourceId: "/latest" };
    await ssm().send(
      new RemoveTagsFromResourceCommand({ ...resource, TagKeys: Object.keys(IDENTITY).slice(0, 1) }),
    );
    const value = { Name: "/latest", Value: image, Description: "mine", Overwrite: true };
    await ssm().send(new PutParameterCommand(value));
    expect(await lines()).toEqual([
      `${REGION} parameter description: changed, up, owner`,
      `${REGION} parameter tag ${Object.keys(IDENTITY)[0]}: missing, up, owner`,
    ]);
  });
});

describe("of an audit of everything", () => {
  const everything = () => [
    ...stack(),
    state("imprimatur:aws:Pointer", "demo", "/latest", { region: REGION, name: "/latest", imageId: image }),
    state("imprimatur:aws:BootCheck", "demo", `${image}/boot-check`, {}, "1.0"),
  ];

  test("all can be asked with the auditor's document", async () => {
    expect((await standIn.audit(everything(), {})).unasked).toEqual([]);
  });

  const asked = permissionsFor(AWS_PERMISSIONS, ["audit"]);
  test.each(asked.map(({ name }) => name))("what %s is needed for is said to be unknown", async (name) => {
    const { unasked } = await standIn.audit(everything(), {}, [name]);
    expect(unasked).not.toEqual([]);
    for (const line of unasked) expect(line).toContain(`not authorized to perform: ${name} `);
  });
});

test("an image that AWS would not deregister is found before its teardown", async () => {
  await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId: image }));
  const lines = async () => briefly(await standIn.audit(stack(), {}));
  expect(await lines()).toContain(`${REGION} image deregistration protection: extra, none, owner`);
  await ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId: image }));
  expect((await lines()).filter((line) => line.includes("protection"))).toEqual([]);
});

/**
 * Findings of a sweep with the sweeper's document and no other right, about everything that these resources do not
 * name.
 */
const look = (resources: readonly object[], stack = "dev", without: readonly string[] = []) =>
  standIn.only(
    "sweeper",
    () =>
      findLeftovers({
        deployment: Deployment.parse(exportOf(resources)),
        owner: { stack, product: "demo" },
        places: { aws: { regions: [REGION] } },
        options: { regions: [REGION] },
        signal: new AbortController().signal,
      }),
    without,
  );

test("an instance that a killed boot check left is found, swept, and nobody else's is", async () => {
  const launch = async (tags: Record<string, string>) => {
    const Tags = Object.entries({ ...IDENTITY, ...tags }).map(([Key, Value]) => ({ Key, Value }));
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ...{ ImageId: image, InstanceType: "t2.micro", MinCount: 1, MaxCount: 1 },
        TagSpecifications: [{ ResourceType: "instance", Tags }],
      }),
    );
    return Instances![0]!.InstanceId!;
  };
  const left = await launch({ "imprimatur:boot-check": "mark", "imprimatur:release": "1.0" });
  const other = await launch({});
  await launch({ "imprimatur:boot-check": "mark", "imprimatur:stack": "prod" });
  const checked = [...stack(), state("imprimatur:aws:BootCheck", "demo", `${image}/boot-check`, {}, "1.0")];
  const found = async () =>
    briefly(await standIn.audit(checked)).filter((line) => line.startsWith(`${REGION} instance`));
  expect(await found()).toEqual([`${REGION} instance existence: extra, none, owner`]);
  const sweep = () => look(checked);
  const swept = (await sweep()).found;
  expect(swept.map(({ leftover: { object, release } }) => [object.id, release])).toEqual([[left, "1.0"]]);
  const report = {
    stack: "dev",
    leftovers: swept.map(({ leftover }) => leftover),
    looked: { regions: 1 },
    unasked: [],
  };
  expect(renderLeftovers(report, new Date())).toMatch(
    /1 thing left over in 1 region\. .*\nPrices of AWS: .*ec2/,
  );
  expect((await standIn.only("sweeper", () => deleteLeftovers(swept))).problems).toEqual([]);
  const taken = await failure(
    standIn.only("sweeper", () => removeInstance(REGION, other, new AbortController().signal)),
  );
  expect(taken.message).toContain("not authorized to perform: ec2:TerminateInstances on resource: ");
  expect((await sweep()).found).toEqual([]);
  expect(await found()).toEqual([]);
});

test("a sweep takes nothing that the state knows, and all that it does not, snapshots last", async () => {
  const Tags = Object.entries(IDENTITY).map(([Key, Value]) => ({ Key, Value }));
  const resource = { ResourceType: "Parameter" as const, ResourceId: "/latest" };
  await new SSMClient(asAdministrator(REGION)).send(new AddTagsToResourceCommand({ ...resource, Tags }));
  expect((await look(stack())).found.map(({ leftover }) => leftover.object.kind)).toEqual(["parameter"]);
  const { found, unasked } = await look([]);
  expect(found.map(({ leftover }) => leftover.object.id)).toEqual(["/latest", image, snapshot]);
  expect(unasked).toEqual([]);
  expect((await look([], "another")).found).toEqual([]);
});

describe("a sweep", () => {
  const rights = permissionsFor(AWS_PERMISSIONS, ["sweep"]).map(({ name }) => name);
  const ofDeletion = ["ssm:DeleteParameter", "ec2:DeregisterImage", "ec2:DeleteSnapshot"];
  // The right to terminate an instance is tested above.
  const ofLooking = rights.filter((name) => ![...ofDeletion, "ec2:TerminateInstances"].includes(name));

  test.each(ofLooking)("says what it needs %s for", async (name) => {
    const { unasked } = await look([], "dev", [name]);
    expect(unasked).not.toEqual([]);
    for (const line of unasked) expect(line).toContain(`not authorized to perform: ${name} `);
  });

  test("says each right that it lacks to delete", async () => {
    const { found } = await look([]);
    const { problems } = await standIn.only("sweeper", () => deleteLeftovers(found), ofDeletion);
    expect(problems).toEqual(
      ofDeletion.map((name) => expect.stringContaining(`perform: ${name} on resource`) as string),
    );
  });

  test("takes everything away with the sweeper's document", async () => {
    const { found } = await look([]);
    const { problems } = await standIn.only("sweeper", () => deleteLeftovers(found));
    expect(problems).toEqual([]);
    expect((await look([])).found).toEqual([]);
  });
});
