import { awsPlugin } from "../../../../../rehearsal/plugins/aws/plugin";
import { Engine } from "../../../plugin/engine";
import { FakeAws } from "./fake";

const TYPE = "aws:ec2/amiLaunchPermission:AmiLaunchPermission";
const ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abc";
const UNIT = "arn:aws:organizations::111111111111:ou/o-abc/ou-1-2";

let cloud: FakeAws;
let engine: Engine;
beforeEach(async () => {
  cloud = new FakeAws();
  engine = await Engine.start(awsPlugin(async () => cloud));
});
afterEach(() => engine.stop());

const grantees = [
  {
    given: { accountId: "222222222222" },
    id: "ami-1-222222222222",
    sent: { UserId: "222222222222" },
    imported: "222222222222/ami-1",
  },
  { given: { group: "all" }, id: "ami-1-group-all", sent: { Group: "all" }, imported: "all/ami-1" },
  {
    given: { organizationArn: ORGANIZATION },
    id: `ami-1-org-${ORGANIZATION}`,
    sent: { OrganizationArn: ORGANIZATION },
    imported: `${ORGANIZATION}/ami-1`,
  },
  {
    given: { organizationalUnitArn: UNIT },
    id: `ami-1-ou-${UNIT}`,
    sent: { OrganizationalUnitArn: UNIT },
    imported: `${UNIT}/ami-1`,
  },
];

test.each(grantees)(
  "$id is granted, read, imported and taken back",
  async ({ given, id, sent, imported }) => {
    const { inputs, failures } = await engine.check(TYPE, "it", { imageId: "ami-1", ...given });
    expect(failures).toEqual([]);
    const made = await engine.create(TYPE, inputs);
    expect(made.id).toBe(id);
    expect(cloud.permissions.get("ami-1")).toEqual([sent]);
    const state = { inputs, outputs: made.outputs };
    expect(await engine.read(TYPE, id, state)).toEqual({ id, ...state });
    expect((await engine.diff(TYPE, id, state, inputs)).detail).toEqual({});
    expect(await engine.read(TYPE, imported)).toMatchObject({ id, inputs: { imageId: "ami-1", ...given } });
    await engine.delete(TYPE, id, state);
    expect(cloud.permissions.get("ami-1")).toEqual([]);
    expect(await engine.read(TYPE, id, state)).toBeUndefined();
  },
);

test("everything about it replaces it", async () => {
  const { inputs } = await engine.check(TYPE, "it", { imageId: "ami-1", group: "all" });
  const { id, outputs } = await engine.create(TYPE, inputs);
  const news = await engine.check(TYPE, "it", { imageId: "ami-2", accountId: "222222222222" });
  const seen = await engine.diff(TYPE, id, { inputs, outputs }, news.inputs);
  expect(seen.detail).toEqual({
    accountId: "add-replace",
    group: "delete-replace",
    imageId: "update-replace",
  });
});

const refused = [
  { given: {}, says: "one of `account_id,group,organization_arn,organizational_unit_arn` must be specified" },
  { given: { accountId: "2", group: "all" }, says: "but `account_id,group` were specified" },
  { given: { group: "everyone" }, says: 'expected group to be one of ["all"], got everyone' },
  { given: { organizationArn: "o-abc" }, says: '"o-abc" is an invalid ARN' },
];
test.each(refused)("$given is refused", async ({ given, says }) => {
  const { failures } = await engine.check(TYPE, "it", { imageId: "ami-1", ...given });
  expect(failures.join()).toContain(says);
});

test("a permission that AWS refuses names the call and leaves nothing", async () => {
  cloud.failures.set("ModifyImageAttribute", {
    name: "ResourceLimitExceeded",
    message: "Too many public images.",
  });
  const made = engine.create(TYPE, { imageId: "ami-1", group: "all" });
  await expect(made).rejects.toThrow(
    /creating AMI Launch Permission \(ami-1-group-all\): operation error EC2: ModifyImageAttribute.*ResourceLimitExceeded/s,
  );
});
