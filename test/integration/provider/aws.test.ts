import {
  DeregisterImageCommand,
  DisableImageDeregistrationProtectionCommand,
  EC2Client,
  EnableImageDeregistrationProtectionCommand,
  RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/aws/index";
import { BLOCK, failure, Harness } from "../../unit/provider/harness";
import { asAdministrator } from "../administrator";

const DATA = [0, 1, 2, 9, 30, 31, 32, 33, 34, 35, 40, 64];
let harness: Harness;
let cloud: RunningCloud;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  await harness.disk(64 * BLOCK + 4096, DATA);
});
beforeEach(() => {
  harness.requests.length = 0;
});
afterAll(() => harness.stop());

const REGION = "eu-central-1";
const inputs = () => ({
  region: REGION,
  description: "demo",
  tags: { Name: "demo" },
  ...harness.diskInputs(),
});
const asked = () => ({
  homeRegion: REGION,
  regions: [{ region: REGION, public: true }],
  product: "demo",
  release: "1",
  images: [] as object[],
  pointers: [] as string[],
});
const stored = () => harness.requests.filter((line) => /PutSnapshotBlock .* 201/.test(line)).length;

test("a disk goes up, is verified byte by byte, read, and taken away", async () => {
  const snapshot = harness.handler("aws:Snapshot");
  const made = await snapshot.create(inputs(), harness.call());
  expect(made.outputs).toEqual({ ...inputs(), volumeSize: 1 });
  expect(stored()).toBe(DATA.length);

  const proof = { region: REGION, snapshotId: made.id, size: harness.size, blockMapRoot: harness.root };
  const verified = await harness.handler("aws:Verification").create(proof, harness.call());
  expect(verified.outputs).toMatchObject({ level: "bytes", blocks: DATA.length });
  const wrong = { ...proof, blockMapRoot: "00".repeat(32) };
  await expect(harness.handler("aws:Verification").create(wrong, harness.call())).rejects.toThrow(
    `snapshot ${made.id} in ${REGION} is not the inspected disk`,
  );

  const state = { inputs: inputs(), outputs: made.outputs };
  const news = { ...inputs(), tags: { Other: "1" } };
  await snapshot.update(made.id, state, news, harness.call());
  expect(await harness.inputsSeen("aws:Snapshot", made.id, news, { ...made.outputs, ...news })).toEqual(news);
  await snapshot.delete(made.id, state, harness.call());
  await snapshot.delete(made.id, state, harness.call());
  expect(await harness.inputsSeen("aws:Snapshot", made.id, inputs(), made.outputs)).toBeUndefined();
  expect(await cloud.inventory()).toEqual([]);
});

test("Ctrl-C keeps what arrived, the next update sends the rest, and no block goes twice", async () => {
  const stop = new AbortController();
  const call = harness.call(stop.signal);
  const status = (line: string) => {
    if (line.includes(": uploading")) stop.abort();
  };
  const stopped = await failure(harness.handler("aws:Snapshot").create(inputs(), { ...call, status }));
  expect(stopped.name).toBe("PartialFailure");
  expect(stopped.message).toMatch(/stopped by request; \d+ of 12 blocks have arrived in snap-/);
  const before = stored();
  expect(before).toBeLessThan(DATA.length);
  const old = { inputs: inputs(), outputs: stopped.outputs ?? {} };
  const outputs = await harness
    .handler("aws:Snapshot")
    .update(stopped.id ?? "", old, inputs(), harness.call());
  expect(stored()).toBe(DATA.length);
  expect(outputs).toEqual({ ...inputs(), volumeSize: 1 });
  await harness
    .handler("aws:Snapshot")
    .delete(stopped.id ?? "", { inputs: inputs(), outputs }, harness.call());
});

test("a disk that changed since it was inspected leaves nothing behind", async () => {
  const changed = { ...inputs(), blockMapRoot: "00".repeat(32) };
  const refused = await failure(harness.handler("aws:Snapshot").create(changed, harness.call()));
  expect(refused.message).toMatch(/demo.raw has changed since it was inspected .*imprimatur inspect/);
  expect(await cloud.inventory()).toEqual([]);
});

test.each<[string, object, string[]]>([
  ["the image file moved", { imageFile: "elsewhere/demo.json" }, []],
  ["the description changed", { description: "other words" }, []],
  ["a tag changed", { tags: { Name: "x" } }, ["tags"]],
  ["the bytes changed", { blockMapRoot: "1", sha256: "1" }, ["blockMapRoot!", "sha256!"]],
  ["the region changed", { region: "eu-west-1" }, ["region!"]],
])("when %s, the snapshot is changed as little as can be", (_name, change, wanted) => {
  const { changes } = harness
    .handler("aws:Snapshot")
    .diff({ inputs: inputs(), outputs: inputs() }, { ...inputs(), ...change }, harness.call());
  const found = Object.entries(changes).map(([key, { replace }]) => (replace ? `${key}!` : key));
  expect(found.sort()).toEqual(wanted);
});

test("a snapshot that AWS ended is replaced", () => {
  const old = { inputs: inputs(), outputs: { ...inputs(), unfinished: { arrived: [], lost: true } } };
  const { changes } = harness.handler("aws:Snapshot").diff(old, inputs(), harness.call());
  expect(changes).toEqual({ unfinished: { kind: "delete", replace: true } });
});

describe("an image", () => {
  const [FRIEND, OTHER] = ["333333333333", "444444444444"];
  const NOBODY = { public: false, accounts: [], organizations: [], organizationalUnits: [] };
  const digest = `sha256:${"5a".repeat(32)}`;
  let ec2: EC2Client;
  let snapshotId: string;
  let snapshotOutputs: Properties;
  let imageId: string;
  const sharing = () => harness.handler("aws:ImageSharing");
  const place = () => ({ region: REGION, imageId, snapshotId });
  /** Changes of permissions, in the order of the requests to AWS. */
  const moves = () =>
    harness.requests.flatMap((line) => /Modify(Image|Snapshot)Attribute/.exec(line)?.[1] ?? []);
  const seen = (inputs: Properties) => harness.inputsSeen("aws:ImageSharing", "x", inputs, inputs);

  beforeAll(async () => {
    const made = await harness.handler("aws:Snapshot").create(inputs(), harness.call());
    [snapshotId, snapshotOutputs] = [made.id, made.outputs];
    ec2 = new EC2Client(asAdministrator(REGION));
    const tags = {
      "imprimatur:product": "demo",
      "imprimatur:release": "1",
      "imprimatur:stack": "dev",
      "imprimatur:digest": digest,
    };
    const registered = await ec2.send(
      new RegisterImageCommand({
        Name: "demo-1",
        Architecture: "x86_64",
        RootDeviceName: "/dev/xvda",
        VirtualizationType: "hvm",
        EnaSupport: true,
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshotId } }],
        TagSpecifications: [
          { ResourceType: "image", Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
        ],
      }),
    );
    imageId = registered.ImageId ?? "";
  });
  afterAll(async () => {
    await ec2.send(new DeregisterImageCommand({ ImageId: imageId }));
    await harness
      .handler("aws:Snapshot")
      .delete(snapshotId, { inputs: inputs(), outputs: snapshotOutputs }, harness.call());
    ec2.destroy();
    expect(await cloud.inventory()).toEqual([]);
  });

  test("is opened snapshot first, narrowed and closed image first, and read back as a whole", async () => {
    const everyone = { ...place(), ...NOBODY, public: true };
    const { id } = await sharing().create(everyone, harness.call());
    expect(moves()).toEqual(["Snapshot", "Image"]);
    expect(await seen(everyone)).toEqual(everyone);

    const few = { ...place(), ...NOBODY, accounts: [FRIEND, OTHER] };
    harness.requests.length = 0;
    await sharing().update(id, { inputs: everyone, outputs: everyone }, few, harness.call());
    expect(moves()).toEqual(["Image", "Snapshot", "Snapshot", "Image"]);
    expect(await seen(few)).toEqual(few);

    const one = { ...few, accounts: [FRIEND] };
    harness.requests.length = 0;
    await sharing().update(id, { inputs: few, outputs: few }, one, harness.call());
    expect(moves()).toEqual(["Image", "Snapshot"]);

    harness.requests.length = 0;
    await sharing().delete(id, { inputs: one, outputs: one }, harness.call());
    expect(moves()).toEqual(["Image", "Snapshot"]);
    expect(await seen(one)).toEqual({ ...place(), ...NOBODY });
  });

  test("that somebody protected stays as it is, with one command to go on with", async () => {
    const one = { ...place(), ...NOBODY, accounts: [FRIEND] };
    const { id } = await sharing().create(one, harness.call());
    await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId: imageId }));
    harness.requests.length = 0;
    const remove = () => sharing().delete(id, { inputs: one, outputs: one }, harness.call());
    const { message } = await failure(remove());
    expect(message).toContain(
      `run \`aws ec2 disable-image-deregistration-protection --region ${REGION} --image-id ${imageId}\``,
    );
    expect(moves()).toEqual([]);
    await ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId: imageId }));
    await remove();
    expect(moves()).toEqual(["Image", "Snapshot"]);
  });

  test("that its closing has just left open is not asked for once more, unless somebody is let in", async () => {
    const few = { ...place(), ...NOBODY, accounts: [FRIEND, OTHER] };
    const { id, outputs } = await sharing().create(few, harness.call());
    const closed = { closings: 1, open: "AMI demo-1 is still open" };
    const one = { ...few, ...closed, accounts: [FRIEND] };
    const another = { ...few, ...closed, accounts: [FRIEND, "999988887777"] };
    harness.requests.length = 0;
    expect(await sharing().update(id, { inputs: few, outputs }, one, harness.call())).toEqual(one);
    expect(harness.requests).toEqual([]);
    await sharing().update(id, { inputs: few, outputs }, another, harness.call());
    expect(moves()).toEqual(["Image", "Snapshot", "Snapshot", "Image"]);
    // The closing runs again in the next up, and this after it.
    const next = { ...one, closings: 2, open: undefined };
    await sharing().update(id, { inputs: one, outputs: one }, next, harness.call());
    expect(await seen(next)).toMatchObject({ accounts: [FRIEND] });
    expect(
      Object.keys(
        sharing().diff({ inputs: next, outputs: next }, { ...next, open: "x" }, harness.call()).changes,
      ),
    ).toEqual([]);
    await sharing().delete(id, { inputs: one, outputs: one }, harness.call());
  });

  test("that AWS does not open is kept as what users have of it, and not as what was wanted", async () => {
    const few = { ...place(), ...NOBODY, accounts: [FRIEND] };
    const { id, outputs } = await sharing().create(few, harness.call());
    const refused = (action: string) =>
      cloud.fault?.({ kind: "error", action, code: "UnauthorizedOperation", status: 403, times: 1 });

    await refused("ModifyImageAttribute");
    const wider = { ...few, accounts: [FRIEND, OTHER] };
    const failed = sharing().update(id, { inputs: few, outputs }, wider, harness.call());
    await expect(failed).rejects.toMatchObject({
      // The snapshot was opened before the image.
      outputs: { ...wider, unfinished: { has: [FRIEND], may: [FRIEND, OTHER] } },
    });

    await refused("DescribeImageAttribute");
    const again = sharing().update(id, { inputs: few, outputs }, wider, harness.call());
    await expect(again).rejects.toMatchObject({ outputs: { unfinished: { has: [FRIEND] } } });

    const done = await sharing().update(id, { inputs: few, outputs }, wider, harness.call());
    expect(done).toEqual(wider);
    await sharing().delete(id, { inputs: wider, outputs: wider }, harness.call());
  });

  test("that somebody shared behind the stack's back is seen, and closed by the next up", async () => {
    const wanted = { ...place(), ...NOBODY };
    await cloud.fault?.({ kind: "share", region: REGION, image: imageId, add: [OTHER] });
    const found = await seen(wanted);
    expect(found).toEqual({
      ...wanted,
      accounts: [OTHER],
      snapshotSharing: { public: false, accounts: [] },
    });
    const { changes } = sharing().diff({ inputs: found ?? {}, outputs: {} }, wanted, harness.call());
    expect(Object.keys(changes).sort()).toEqual(["accounts", "snapshotSharing"]);
    await sharing().update("x", { inputs: found ?? {}, outputs: found ?? {} }, wanted, harness.call());
    expect(await seen(wanted)).toEqual(wanted);
  });

  test("that AWS made private again is seen", async () => {
    const wanted = { ...place(), ...NOBODY, public: true };
    await sharing().create(wanted, harness.call());
    await cloud.fault?.({ kind: "share", region: REGION, image: imageId, remove: ["all"] });
    expect(await seen(wanted)).toMatchObject({ public: false, snapshotSharing: { public: true } });
    await sharing().update("x", { inputs: wanted, outputs: wanted }, wanted, harness.call());
    expect(await seen(wanted)).toEqual(wanted);
    await sharing().delete("x", { inputs: wanted, outputs: wanted }, harness.call());
  });

  test("that reaches the quota of public AMIs stays in the state, with the cure", async () => {
    const wanted = { ...place(), ...NOBODY, public: true };
    await cloud.fault?.({ kind: "quota", region: REGION, code: "L-0E3CBAB9", value: 0 });
    const refused = await failure(sharing().create(wanted, harness.call()));
    expect(refused).toMatchObject({ name: "PartialFailure", id: `${imageId}/sharing` });
    expect(refused.message).toMatch(
      /ResourceLimitExceeded: .*; ask AWS for a higher quota of public AMIs in eu-central-1 .* or withdraw a release/,
    );
    await cloud.fault?.({ kind: "quota", region: REGION, code: "L-0E3CBAB9", value: 5 });
    const old = { inputs: wanted, outputs: refused.outputs ?? {} };
    expect(await sharing().update(refused.id ?? "", old, wanted, harness.call())).toEqual(wanted);
    await sharing().delete("x", old, harness.call());
  });

  test.each([
    ["one order", { accounts: [OTHER, FRIEND, OTHER] }, { accounts: [FRIEND, OTHER] }],
    ["a short account", { accounts: ["123"] }, /"123" is not an account id of 12 digits/],
  ])("inputs: %s", (_name, given, wanted) => {
    const checked = sharing().check?.(
      { ...NOBODY, ...given },
      { ...harness.call(), oldInputs: {}, randomSeed: new Uint8Array() },
    );
    if (wanted instanceof RegExp) expect(checked?.failures?.[0]?.reason).toMatch(wanted);
    else expect(checked?.inputs).toMatchObject(wanted);
  });

  test("keeps its name and release from other bytes", async () => {
    const known = { inputs: asked(), outputs: asked() };
    const ask = (image: object) =>
      harness.handler("aws:Preflight").update("", known, { ...asked(), images: [image] }, harness.call());
    const same = { name: "demo-1", architecture: "x86_64", sha256: "5a".repeat(32) };
    await ask(same);
    // From a stack of this name in another backend; and from another project.
    const first = (urn: string) =>
      failure(
        harness.handler("aws:Preflight").create({ ...asked(), images: [same] }, { ...harness.call(), urn }),
      );
    expect((await first(harness.call().urn)).message).toContain(
      `the image name "demo-1" is taken by ${imageId}, which bears the tags of the stack dev, and is not in this state: `,
    );
    expect((await first("urn:pulumi:dev::acme::imprimatur:aws:Preflight::x")).message).toContain(
      `is taken by ${imageId}, which this stack did not make (the stack dev did); change \`image.nameTemplate\` in imprimatur:aws`,
    );
    await ask({ ...same, name: "renamed" });
    await expect(ask({ ...same, sha256: "bb".repeat(32) })).rejects.toThrow(
      `- ${REGION}: ${imageId} (demo-1) holds other bytes, ${digest}, than the image file now says`,
    );
    await expect(ask({ ...same, name: "renamed", sha256: "bb".repeat(32) })).rejects.toThrow(
      `- ${REGION}: ${imageId} (demo-1, stack dev) is demo 1 for x86_64 too, with other bytes`,
    );
  });

  test("is not pointed to by a parameter that another stack made", async () => {
    const ssm = new SSMClient(asAdministrator(REGION));
    const put = (name: string, stack: string) =>
      ssm.send(
        new PutParameterCommand({
          Name: name,
          Value: "x",
          Type: "String",
          Tags: [{ Key: "imprimatur:stack", Value: stack }],
        }),
      );
    await put("/ours", "dev");
    await put("/theirs", "prod");
    const args = { ...asked(), pointers: ["/ours", "/theirs", "/nobodys"] };
    const refused = await failure(harness.handler("aws:Preflight").create(args, harness.call()));
    expect(refused.message).toMatch(/1 problem:\n- eu-central-1: the parameter \/theirs is there already/);
    for (const Name of ["/ours", "/theirs"]) await ssm.send(new DeleteParameterCommand({ Name }));
    ssm.destroy();
  });
});

test("preflight passes a fresh account and names a region that does not exist", async () => {
  const args = { ...asked(), images: [{ name: "demo", architecture: "x86_64", sha256: "aa" }] };
  const { outputs } = await harness.handler("aws:Preflight").create(args, harness.call());
  expect(outputs.accountId).toMatch(/^\d{12}$/);
  const wrong = { ...args, regions: [...args.regions, { region: "eu-nowhere-1", public: false }] };
  await expect(harness.handler("aws:Preflight").create(wrong, harness.call())).rejects.toThrow(
    /AWS would refuse this publication, 1 problem:\n- eu-nowhere-1: /,
  );
});

describe("when AWS misbehaves", () => {
  const fault = (what: object) => cloud.fault?.(what);
  const snapshot = () => harness.handler("aws:Snapshot");
  afterEach(() => fault({ kind: "clear" }));

  test("a storm of throttling is outlived", async () => {
    await fault({ kind: "throttle", action: "PutSnapshotBlock", times: 30 });
    const { id, outputs } = await snapshot().create(inputs(), harness.call());
    expect(stored()).toBe(DATA.length);
    await snapshot().delete(id, { inputs: inputs(), outputs }, harness.call());
  });

  test.each(["throttle", "error"])(
    "a third of all requests ends with %s, and nothing is lost",
    async (kind) => {
      await fault({ kind, probability: 0.3, seed: 1 });
      const { id, outputs } = await snapshot().create(inputs(), harness.call());
      expect(stored()).toBe(DATA.length);
      await snapshot().delete(id, { inputs: inputs(), outputs }, harness.call());
    },
  );

  test("a refusal is not tried again, says what to do, and loses nothing", async () => {
    const refusal = { kind: "error", action: "PutSnapshotBlock", code: "AccessDeniedException", status: 403 };
    await fault({ ...refusal, skip: 5, times: 1 });
    const stopped = await failure(snapshot().create(inputs(), harness.call()));
    expect(stopped.message).toMatch(
      /block \d+ in eu-central-1: AccessDeniedException.*docs\/permissions.md has the policy/,
    );
    const old = { inputs: inputs(), outputs: stopped.outputs ?? {} };
    const outputs = await snapshot().update(stopped.id ?? "", old, inputs(), harness.call());
    expect(stored()).toBe(DATA.length);
    await snapshot().delete(stopped.id ?? "", { inputs: inputs(), outputs }, harness.call());
  });

  test("one changed byte in the snapshot stops the publication, and the block is named", async () => {
    const { id, outputs } = await snapshot().create(inputs(), harness.call());
    await fault({ kind: "corrupt", region: REGION, snapshot: id, block: 31 });
    const proof = { region: REGION, snapshotId: id, size: harness.size, blockMapRoot: harness.root };
    await expect(harness.handler("aws:Verification").create(proof, harness.call())).rejects.toThrow(
      `snapshot ${id} in ${REGION} is not the inspected disk: 1 block of 512 KiB differs (31)`,
    );
    await snapshot().delete(id, { inputs: inputs(), outputs }, harness.call());
  });

  test("more public images than the account may have are found before anything is uploaded", async () => {
    const wanting = (publicImages: number) => ({
      ...asked(),
      regions: [{ region: REGION, public: true, publicImages }],
    });
    const preflight = harness.handler("aws:Preflight");
    const { outputs } = await preflight.create(wanting(5), harness.call());
    await expect(preflight.create(wanting(6), harness.call())).rejects.toThrow(
      `${REGION}: this stack is to have 6 public AMIs there, and the account's quota is 5; ask AWS for more`,
    );
    // From another release, whose own preflight asks.
    const { changes } = preflight.diff({ inputs: wanting(5), outputs }, wanting(6), harness.call());
    expect(changes).toEqual({});
  });

  test.each([
    ["L-B665C33B", "AMIs", 0],
    ["L-309BACF6", "snapshots", 0],
    ["L-70015FFA", "accounts, organisations and units", 1000],
  ])("quota %s, of %s, is found used up before anything is uploaded", async (code, things, value) => {
    await fault({ kind: "quota", region: REGION, code, value });
    const wanting = {
      ...asked(),
      images: [{ name: "demo-2", architecture: "x86_64", sha256: "ab" }],
      regions: [{ region: REGION, public: false, shared: true, grantees: 1001 }],
    };
    const refused = await failure(harness.handler("aws:Preflight").create(wanting, harness.call()));
    await fault({ kind: "quota", region: REGION, code, value: 5000 });
    expect(refused.message).toMatch(
      new RegExp(`${REGION}: .* ${things} there, .*--quota-code ${code} --desired-value \\d+\\)`),
    );
    expect(stored()).toBe(0);
  });

  test("block public access is found before anything is uploaded", async () => {
    await fault({ kind: "block-public-access", region: REGION, state: "block-new-sharing" });
    await expect(harness.handler("aws:Preflight").create(asked(), harness.call())).rejects.toThrow(
      `aws ec2 disable-image-block-public-access --region ${REGION}`,
    );
  });
});
