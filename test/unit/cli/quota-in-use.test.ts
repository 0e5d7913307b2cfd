import { whileQuotaInUse } from "../../../cli/quota-in-use";
import { UnderWay } from "../../../cli/under-way";

const FULL =
  "creating EC2 AMI (demo): operation error EC2: CopyImage, https response error StatusCode: 400, api error " +
  "ResourceLimitExceeded: Too many snapshot copies in progress. The limit is 20 for this destination region.";
const copyTo = (region: string) => `urn:pulumi:s::p::x:C$aws:ec2/amiCopy:AmiCopy::demo-1-x86_64-${region}`;
const failed = (urn: string) => ({ resOpFailedEvent: { metadata: { urn, op: "create" } } });
const said = (urn: string, message: string) => ({ diagnosticEvent: { urn, message, ephemeral: false } });

test.each<[string, object[], string[]]>([
  ["nothing failed", [], []],
  [
    "two copies were refused",
    [
      said(copyTo("eu-west-1"), FULL),
      failed(copyTo("eu-west-1")),
      failed(copyTo("ap-southeast-2")),
      said(copyTo("ap-southeast-2"), FULL),
    ],
    ["as many snapshot copies are under way into ap-southeast-2, eu-west-1 as the account may have"],
  ],
  [
    "something else failed too",
    [said(copyTo("eu-west-1"), FULL), failed(copyTo("eu-west-1")), failed("urn:pulumi:s::p::a:b:C::d")],
    [],
  ],
])("the quotas in use when %s", (_when, events, want) => {
  const underWay = new UnderWay(0);
  for (const event of events) underWay.read(JSON.stringify(event), 1);
  expect(underWay.quotasInUse()).toEqual(want);
});

test("an up goes on when there is room again, and says what it waits for", async () => {
  const inUse = "as many snapshot copies are under way into eu-west-1 as the account may have";
  const full = { status: 1, quotasInUse: [inUse] };
  const ends = [full, full, { status: 0, quotasInUse: [] }];
  let said = "";
  const waited: number[] = [];
  const ended = await whileQuotaInUse(
    async () => ends.shift()!,
    { err: (text) => (said += text) },
    async (milliseconds) => waited.push(milliseconds),
  );
  expect([ended.status, waited]).toEqual([0, [60_000, 60_000]]);
  expect(said).toBe(
    "as many snapshot copies are under way into eu-west-1 as the account may have: going on in 1 min 0 s, for 1 h 0 min more at most\n" +
      "as many snapshot copies are under way into eu-west-1 as the account may have: going on in 1 min 0 s, for 59 min 0 s more at most\n",
  );
});

test("an up that failed for another reason, or for an hour, is over", async () => {
  const io = { err: () => undefined };
  let ups = 0;
  const end = (quotasInUse: string[]) => async () => {
    ups++;
    return { status: 255, quotasInUse };
  };
  expect(await whileQuotaInUse(end([]), io, async () => undefined)).toEqual({ status: 255, quotasInUse: [] });
  expect(ups).toBe(1);
  await whileQuotaInUse(end(["us-east-1"]), io, async () => undefined);
  expect(ups).toBe(62);
});
