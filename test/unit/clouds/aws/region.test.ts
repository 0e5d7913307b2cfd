import { createHash } from "node:crypto";
import { tagList } from "../../../../clouds/aws/api/tags";
import { explainAws } from "../../../../clouds/aws/failure";
import { runPreflight } from "../../../../clouds/aws/preflight";
import type { PlannedRegion } from "../../../../clouds/aws/preflight-plan";
import { readBack } from "../../../../clouds/aws/read-back";
import { NO_SHARES, type Shares } from "../../../../clouds/aws/permission-calls";
import { readShares, setShares } from "../../../../clouds/aws/sharing";
import { deleteSnapshot, setTags } from "../../../../clouds/aws/snapshots";
import type { FailureKind } from "../../../../clouds/failure";
import { type Answers, sessionAnswering } from "./answering";
import { awsError, BLOCK, FakeRegion } from "./fake-region";

const signal = new AbortController().signal;

async function withSnapshot(blocks: Record<number, Buffer> = {}) {
  const region = new FakeRegion();
  const { SnapshotId: id = "" } = await region.begin();
  region.only().state = "completed";
  for (const [index, data] of Object.entries(blocks)) region.only().blocks.set(Number(index), data);
  return { region, id, session: region.session() };
}

describe("errors are told apart, and are said in one line", () => {
  test.each<[string, Error, FailureKind, boolean]>([
    ["EC2's throttling", awsError("RequestLimitExceeded", 503), "throttled", true],
    ["EBS's 5xx", awsError("InternalServerException", 500), "server", true],
    ["a missing permission", awsError("UnauthorizedOperation", 403), "denied", false],
    ["no credentials", awsError("CredentialsProviderError", 0), "unauthenticated", false],
    ["a wrong parameter", awsError("InvalidParameterValue", 400), "refused", false],
    ["an unknown snapshot", awsError("InvalidSnapshot.NotFound", 400), "absent", false],
    ["a snapshot in use", awsError("InvalidSnapshot.InUse", 400), "busy", false],
    ["a broken connection", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }), "network", true],
    ["a late answer", Object.assign(new Error("late"), { name: "TimeoutError" }), "timeout", true],
  ])("%s", (_name, error, kind, retryable) => {
    const failure = explainAws("DoIt snap-1", "eu-test-1", error);
    expect([failure.kind, failure.retryable]).toEqual([kind, retryable]);
    expect(failure.message).toMatch(/^DoIt snap-1 in eu-test-1: [^\n]+$/);
  });

  test("without what is secret or useless", () => {
    const message =
      "no\n Encoded authorization failure message: AbCdEf https://x/?X-Amz-Signature=5ec4e7&b=1";
    const failure = explainAws("DoIt", "eu-test-1", awsError("UnauthorizedOperation", 403, { message }));
    expect(failure.message).not.toMatch(/AbCdEf|5ec4e7/);
    expect(failure.message).toContain("docs/permissions.md");
  });
});

describe("read-back", () => {
  const data = (value: number) => Buffer.alloc(BLOCK, value);
  const sha = (block: Buffer) => createHash("sha256").update(block).digest();

  test("hashes every block over all pages; zero blocks count as holes", async () => {
    const { session, id } = await withSnapshot({
      0: data(1),
      1: data(0),
      4: data(4),
      5: data(5),
      9: data(9),
    });
    const result = await readBack(session, id, 10 * BLOCK);
    expect(result.blocks).toBe(5);
    expect([...result.digests.keys()].sort((a, b) => a - b)).toEqual([0, 4, 5, 9]);
    expect(result.digests.get(4)).toEqual(sha(data(4)));
    expect(result.beyond).toEqual([]);
  });

  test("finds data beyond the disk's end", async () => {
    const { session, id } = await withSnapshot({ 0: data(1), 7: data(7) });
    expect((await readBack(session, id, BLOCK)).beyond).toEqual([7]);
    expect((await readBack(session, id, 7 * BLOCK + 512)).beyond).toEqual([7]);
  });

  test("lists again when tokens expired, and reads no block twice", async () => {
    const { region, session, id } = await withSnapshot({ 0: data(1), 4: data(4), 5: data(5), 9: data(9) });
    let failed = false;
    region.fault = (call, index) => {
      if (call !== "GetSnapshotBlock" || index !== 5 || failed) return;
      failed = true;
      throw awsError("ValidationException", 400, { Reason: "INVALID_BLOCK_TOKEN" });
    };
    expect((await readBack(session, id, 10 * BLOCK)).blocks).toBe(4);
    expect(region.count("GetSnapshotBlock")).toBe(5);
  });
});

describe("sharing is a whole", () => {
  const [A, B] = ["111111111111", "222222222222"];
  const ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5";
  const UNIT = "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-cd34ef56";
  const shares = (some: Partial<Shares>): Shares => ({ ...NO_SHARES, ...some });
  async function withImage(image: Shares, snapshot = image) {
    const { region, id: snapshotId, session } = await withSnapshot();
    const pair = { imageId: "ami-1", snapshotId };
    region.images.set("ami-1", []);
    await setShares(session, pair, image);
    if (snapshot !== image) {
      region.only().permissions = snapshot.accounts.map((UserId) => ({ UserId }));
    }
    region.moves.length = 0;
    region.calls.length = 0;
    return { region, session, pair };
  }

  test.each<[string, Shares, Shares, string[]]>([
    ["opening: the snapshot first", NO_SHARES, shares({ public: true }), ["snapshot +all", "image +all"]],
    ["closing: the image first", shares({ public: true }), NO_SHARES, ["image -all", "snapshot -all"]],
    [
      "narrowing: the image first",
      shares({ accounts: [A, B] }),
      shares({ accounts: [A] }),
      [`image -${B}`, `snapshot -${B}`],
    ],
    [
      "from everyone to one account: closed on both before it is opened on either",
      shares({ public: true }),
      shares({ accounts: [A] }),
      ["image -all", "snapshot -all", `snapshot +${A}`, `image +${A}`],
    ],
    [
      "organisations and units: the image only",
      shares({ organizations: [ORGANIZATION] }),
      shares({ organizationalUnits: [UNIT] }),
      [`image -${ORGANIZATION}`, `image +${UNIT}`],
    ],
    [
      "what is so already: no call that changes anything",
      shares({ public: true }),
      shares({ public: true }),
      [],
    ],
  ])("%s", async (_name, before, want, moves) => {
    const { region, session, pair } = await withImage(before);
    await setShares(session, pair, want);
    expect(region.moves).toEqual(moves);
    const { public: everyone, accounts } = want;
    expect(await readShares(session, pair)).toEqual({
      image: want,
      snapshot: { public: everyone, accounts },
    });
  });

  test("somebody who was let in behind its back, on one of the two only, is put out", async () => {
    const { region, session, pair } = await withImage(NO_SHARES, shares({ accounts: [B] }));
    await setShares(session, pair, NO_SHARES);
    expect(region.moves).toEqual([`snapshot -${B}`]);
  });

  test("more accounts than AWS takes in one call go in several", async () => {
    const accounts = Array.from({ length: 1201 }, (_, index) => `${100_000_000_000 + index}`);
    const { region, session, pair } = await withImage(NO_SHARES);
    await setShares(session, pair, shares({ accounts }));
    expect(region.images.get("ami-1")).toHaveLength(1201);
    expect(region.only().permissions).toHaveLength(1201);
  });

  test("an image that cannot be seen yet is waited for, and what never appears is an error", async () => {
    const { region, session, pair } = await withImage(NO_SHARES);
    region.fault = (call) => {
      if (call === "ModifyImageAttribute" && region.count(call) < 4)
        throw awsError("InvalidAMIID.Unavailable", 400);
    };
    await setShares(session, pair, shares({ public: true }));
    expect(region.images.get("ami-1")).toEqual([{ Group: "all" }]);
    region.images.clear();
    await expect(setShares(session, pair, shares({ public: true }))).rejects.toThrow("InvalidAMIID.NotFound");
  });

  test("what is gone has nothing to close, and its other half is closed", async () => {
    const { region, session, pair } = await withImage(shares({ public: true }));
    region.images.clear();
    await setShares(session, pair, NO_SHARES);
    expect(region.only().permissions).toEqual([]);
    expect(await readShares(session, pair)).toBeUndefined();
    region.snapshots.clear();
    await setShares(session, pair, NO_SHARES);
  });

  test("a failure while it changes leaves fewer in, never more", async () => {
    const { region, session, pair } = await withImage(shares({ public: true }));
    region.fault = (call) => {
      if (call === "ModifySnapshotAttribute") throw awsError("UnauthorizedOperation", 403);
    };
    await expect(setShares(session, pair, shares({ accounts: [A] }))).rejects.toThrow(
      "UnauthorizedOperation",
    );
    expect(region.images.get("ami-1")).toEqual([]);
  });

  test.each([
    [
      "ResourceLimitExceeded",
      "ModifyImageAttribute",
      /quota of public AMIs in eu-test-1 .*L-0E3CBAB9.* or withdraw/,
    ],
    ["OperationNotPermitted", "ModifyImageAttribute", /disable-image-block-public-access --region eu-test-1/],
    [
      "OperationNotPermitted",
      "ModifySnapshotAttribute",
      /disable-snapshot-block-public-access --region eu-test-1/,
    ],
  ])("%s at %s says what to do, and where", async (code, failing, cure) => {
    const { region, session, pair } = await withImage(NO_SHARES);
    region.fault = (call) => {
      if (call === failing) throw awsError(code, 400);
    };
    await expect(setShares(session, pair, shares({ public: true }))).rejects.toThrow(cure);
  });
});

test("tags: sets what differs, removes what it set before, leaves other people's alone", async () => {
  const { region, session, id } = await withSnapshot();
  region.only().tags = { theirs: "x", old: "1", same: "2" };
  await setTags(session, id, ["old", "same"], { same: "2", fresh: "3" });
  expect(region.only().tags).toEqual({ theirs: "x", same: "2", fresh: "3" });
});

describe("delete", () => {
  test("waits for an image that is being deregistered", async () => {
    const { region, session, id } = await withSnapshot();
    region.fault = (call) => {
      if (call === "DeleteSnapshot" && region.count("DeleteSnapshot") < 4)
        throw awsError("InvalidSnapshot.InUse", 400);
    };
    await deleteSnapshot(session, id);
    expect(region.snapshots.size).toBe(0);
  });
  test("ends when the snapshot stays in use, and says by what", async () => {
    const { region, session, id } = await withSnapshot();
    region.fault = (call) => {
      if (call === "DeleteSnapshot") throw awsError("InvalidSnapshot.InUse", 400);
    };
    await expect(deleteSnapshot(session, id)).rejects.toThrow(
      "DeleteSnapshot snap-1 in eu-test-1: InvalidSnapshot.InUse",
    );
  });
  test("is content when it is gone", async () => {
    const { session } = await withSnapshot();
    await deleteSnapshot(session, "snap-none");
  });
});

describe("preflight", () => {
  interface NamedImage {
    id: string;
    name: string;
    architecture: string;
    disabled?: boolean;
    tags: Record<string, string>;
  }
  const described = (images: readonly NamedImage[]) => ({
    Images: images.map(({ id, name, architecture, disabled, tags }) => ({
      ImageId: id,
      Name: name,
      Architecture: architecture,
      State: disabled ? "disabled" : "available",
      Tags: tagList(tags),
    })),
  });
  interface Facts {
    images: string;
    snapshots: string;
    encrypts: boolean;
    key: string;
    /** Error code with which every call is refused. */
    refused?: string;
    named: NamedImage[];
    tagged: NamedImage[];
    parameter: Record<string, string> | undefined;
    /** Quota of public images; below 0: reading it is refused. */
    quota: number;
    /** Other quotas, by code. */
    quotas: Record<string, number>;
    others: NamedImage[];
    /** Names of the account's images, each with a snapshot. */
    held: string[];
  }
  const usual: Facts = {
    images: "unblocked",
    snapshots: "unblocked",
    encrypts: false,
    key: "alias/aws/ebs",
    named: [],
    tagged: [],
    parameter: undefined,
    quota: 5,
    quotas: {},
    others: [],
    held: [],
  };
  const quotaOf = async (quota: number): Promise<number> => {
    if (quota < 0) throw awsError("AccessDeniedException", 400);
    return quota;
  };
  const run = (regions: Record<string, Partial<Facts>>, asked: PlannedRegion[], accountId?: string) => {
    const open = (region: string) => {
      const facts = { ...usual, ...regions[region] };
      const answer = async <T>(value: T): Promise<T> => {
        if (facts.refused !== undefined) throw awsError(facts.refused, 401);
        return value;
      };
      const answers: Answers = {
        GetCallerIdentity: async () => ({ Account: "111111111111" }),
        DescribeRegions: async () => ({
          Regions: [
            { RegionName: "home-1", OptInStatus: "opt-in-not-required" },
            { RegionName: "near-1", OptInStatus: "opted-in" },
            { RegionName: "far-1", OptInStatus: "not-opted-in" },
          ],
        }),
        GetImageBlockPublicAccessState: async () => ({ ImageBlockPublicAccessState: facts.images }),
        GetSnapshotBlockPublicAccessState: async () => ({ State: facts.snapshots }),
        GetEbsEncryptionByDefault: () => answer({ EbsEncryptionByDefault: facts.encrypts }),
        GetEbsDefaultKmsKeyId: async () => ({ KmsKeyId: facts.key }),
        DescribeImages: async ({ Filters = [] }: { Filters?: { Name: string }[] }) => {
          switch (Filters[0]?.Name) {
            case undefined:
              return { Images: facts.held.map((Name) => ({ Name })) };
            case "is-public":
              return described(facts.others);
            case "name":
              return answer(described(facts.named));
            default:
              return answer(described(facts.tagged));
          }
        },
        DescribeSnapshots: async () => ({ Snapshots: facts.held.map(() => ({})) }),
        DescribeInstanceTypes: async () => ({ InstanceTypes: [] }),
        GetServiceQuota: async (body: string) => {
          const { QuotaCode: code } = JSON.parse(body) as { QuotaCode: string };
          const Value = await quotaOf(code === "L-0E3CBAB9" ? facts.quota : (facts.quotas[code] ?? 1000));
          return JSON.stringify({ Quota: { Value } });
        },
        ListTagsForResource: async () => {
          if (facts.parameter === undefined) throw awsError("InvalidResourceId", 400);
          return { TagList: tagList(facts.parameter) };
        },
      };
      return sessionAnswering(answers, { region, signal });
    };
    const plan = {
      homeRegion: "home-1",
      regions: asked,
      product: "demo",
      release: "1",
      images: [{ name: "demo", architecture: "x86_64", sha256: "aa" }],
      pointers: ["/demo/latest"],
      accountId,
      stack: "prod",
    };
    return runPreflight(open, plan);
  };
  const home = { region: "home-1", public: true };

  test("nothing to say of an account that is ready", async () => {
    expect(await run({}, [home])).toEqual({ accountId: "111111111111", problems: [], warnings: [] });
  });

  const other = { id: "ami-9", name: "other", architecture: "x86_64", tags: {} };
  test.each<[wanted: number, facts: Partial<Facts>, problems: RegExp[], warnings: RegExp[]]>([
    [5, {}, [], []],
    [6, {}, [/^home-1: .* 6 public AMIs there, and the account's quota is 5; .* --desired-value 6\)/], []],
    [
      5,
      { others: [other] },
      [/5 public AMIs there besides 1 that it did not make, .* --desired-value 6\)/],
      [],
    ],
    [6, { quota: 20 }, [], []],
    [6, { quota: -1 }, [], [/^home-1: could not check the quota of public AMIs: .*AccessDenied/]],
  ])("%i public images of the stack, of an account with %j", async (publicImages, facts, ...want) => {
    const { problems, warnings } = await run({ "home-1": facts }, [{ ...home, publicImages }]);
    expect([problems, warnings]).toEqual(
      want.map((list) => list.map((each) => expect.stringMatching(each) as string)),
    );
  });

  test.each<
    [
      what: string,
      grantees: number | undefined,
      facts: Partial<Facts>,
      problems: RegExp[],
      warnings?: RegExp[],
    ]
  >([
    [
      "one image more than the account may have",
      undefined,
      { held: ["a", "b"], quotas: { "L-B665C33B": 2 } },
      [
        /^home-1: the account has 2 AMIs there, and this release adds 1, and the account's quota is 2; .*--service-code ec2 --quota-code L-B665C33B --desired-value 3\)/,
      ],
    ],
    [
      "one snapshot more",
      undefined,
      { held: ["a"], quotas: { "L-309BACF6": 1 } },
      [
        /^home-1: the account has 1 snapshot there, and this release adds 1, .*--service-code ebs --quota-code L-309BACF6 --desired-value 2\)/,
      ],
    ],
    [
      "the quota is used up, and nothing is added",
      undefined,
      { held: ["demo", "b"], quotas: { "L-B665C33B": 2, "L-309BACF6": 2 } },
      [],
    ],
    [
      "more to share with than the account may",
      1200,
      { quotas: { "L-70015FFA": 1000 } },
      [
        /^home-1: one AMI is to be shared with 1200 accounts, .*quota is 1000; .*--quota-code L-70015FFA --desired-value 1200\)/,
      ],
    ],
    [
      "none of them may be asked: one line",
      1200,
      { quotas: { "L-70015FFA": -1, "L-B665C33B": -1, "L-309BACF6": -1 } },
      [],
      [/^home-1: could not check the quota of AMI sharing, AMIs, snapshots: .*AccessDenied/],
    ],
  ])("%s", async (_what, grantees, facts, problems, warnings = []) => {
    const region = {
      region: "home-1",
      public: false,
      shared: true,
      ...(grantees !== undefined && { grantees }),
    };
    const found = await run({ "home-1": facts }, [region]);
    expect([found.problems, found.warnings]).toEqual(
      [problems, warnings].map((list) => list.map((each) => expect.stringMatching(each) as string)),
    );
  });

  test("all problems of all regions come at once, each with region and cure", async () => {
    const taken = { id: "ami-1", name: "demo", architecture: "x86_64", tags: {} };
    const { problems } = await run(
      {
        "home-1": { images: "block-new-sharing", encrypts: true },
        "near-1": { snapshots: "block-all-sharing", named: [taken] },
      },
      [
        home,
        { region: "near-1", public: true },
        { region: "far-1", public: false },
        { region: "nowhere-1", public: false },
      ],
    );
    expect(problems).toEqual([
      expect.stringMatching(/^far-1: .*aws account enable-region --region-name far-1/),
      expect.stringMatching(/^nowhere-1: .*no such region/),
      expect.stringMatching(/^home-1: .*disable-image-block-public-access --region home-1/),
      expect.stringMatching(/^home-1: .*disable-ebs-encryption-by-default --region home-1/),
      expect.stringMatching(/^near-1: .*disable-snapshot-block-public-access --region near-1/),
      expect.stringMatching(/^near-1: the image name "demo" is taken by ami-1/),
    ]);
  });

  test("what is blocked does not matter to a private region", async () => {
    const { problems } = await run(
      { "home-1": { images: "block-new-sharing", snapshots: "block-all-sharing" } },
      [{ region: "home-1", public: false }],
    );
    expect(problems).toEqual([]);
  });

  const managed = { encrypts: true };
  const chosen = { encrypts: true, key: "arn:aws:kms:home-1:111111111111:key/1" };
  const near = { region: "near-1", public: false };
  test.each<{
    what: string;
    facts: Record<string, Partial<Facts>>;
    asked: { region: string; public: boolean; shared?: boolean }[];
    problems?: RegExp[];
    warnings?: RegExp[];
  }>([
    {
      what: "at home under AWS's key, where a copy is shared with somebody",
      facts: { "home-1": managed },
      asked: [
        { region: "home-1", public: false },
        { ...near, shared: true },
      ],
      problems: [
        /^home-1: .* under the AWS managed key alias\/aws\/ebs and can never be shared; run .*disable-ebs/,
      ],
    },
    {
      what: "in a region that is shared with somebody",
      facts: { "near-1": managed },
      asked: [home, { ...near, shared: true }],
      problems: [/^near-1: .* can never be shared; run .* --region near-1/],
    },
    {
      what: "under a key of one's own, which can be shared too",
      facts: { "near-1": chosen },
      asked: [home, { ...near, shared: true }],
      warnings: [/^near-1: .* under the key arn:.*: whoever they are shared with needs that key too/],
    },
    {
      what: "under a key of one's own, which everyone can never have",
      facts: { "home-1": chosen },
      asked: [home],
      problems: [/^home-1: .*can never be public/],
    },
    {
      what: "at home, where nothing is shared anywhere",
      facts: { "home-1": managed },
      asked: [{ region: "home-1", public: false }],
      warnings: [/^home-1: .*what is shared later has to be made again unencrypted/],
    },
    {
      what: "in a private region, where it harms nobody",
      facts: { "near-1": managed },
      asked: [home, near],
    },
  ])("encryption by default $what", async ({ facts, asked, problems = [], warnings = [] }) => {
    const found = await run(facts, asked);
    expect(found.problems).toEqual(problems.map((line) => expect.stringMatching(line) as string));
    expect(found.warnings).toEqual(warnings.map((line) => expect.stringMatching(line) as string));
  });

  test("a session of the global STS endpoint, refused where it was opted in to, is said once, with the cure", async () => {
    const { problems } = await run({ "near-1": { refused: "AuthFailure" } }, [home, near]);
    expect(problems).toEqual([
      expect.stringMatching(
        /^near-1: .*AuthFailure.*global endpoint of STS.*AWS_STS_REGIONAL_ENDPOINTS=regional/,
      ),
    ]);
  });

  const image = (name: string, stack: string, digest: string): NamedImage => ({
    id: "ami-1",
    name,
    architecture: "x86_64",
    tags: { "imprimatur:stack": stack, "imprimatur:digest": `sha256:${digest}` },
  });
  test.each<[string, Partial<Facts>, RegExp[]]>([
    ["this stack's own image may hold its name", { named: [image("demo", "prod", "aa")] }, []],
    [
      "with other bytes it may not",
      { named: [image("demo", "prod", "bb")] },
      [
        /^home-1: ami-1 \(demo\) holds other bytes, sha256:bb, .* sha256:aa; give the new build a version of its own/,
      ],
    ],
    ["the release may be there under another name", { tagged: [image("old-demo", "prod", "aa")] }, []],
    [
      "with other bytes it may not, whichever stack made it",
      { tagged: [image("old-demo", "test", "bb")] },
      [/^home-1: ami-1 \(old-demo, stack test\) is demo 1 for x86_64 too, with other bytes/],
    ],
    [
      "and is told once",
      { named: [image("demo", "prod", "bb")], tagged: [image("demo", "prod", "bb")] },
      [/holds other bytes/],
    ],
    ["this stack's own parameter may be there", { parameter: { "imprimatur:stack": "prod" } }, []],
    [
      "this stack's own image that is disabled holds its name, and nobody can use it",
      { named: [{ ...image("demo", "prod", "aa"), disabled: true }] },
      [/^home-1: this stack's ami-1 \(demo\) is disabled.* enable-image --region home-1 --image-id ami-1/],
    ],
    [
      "another one is never taken over",
      { parameter: { "imprimatur:stack": "test" } },
      [
        /^home-1: the parameter \/demo\/latest is there already, and the stack test made it; change `pointers`/,
      ],
    ],
  ])("%s", async (_name, facts, wanted) => {
    const { problems } = await run({ "home-1": facts }, [home]);
    expect(problems).toEqual(wanted.map((line) => expect.stringMatching(line) as string));
  });

  test("another account is refused before any region is asked", async () => {
    const { problems } = await run({ "home-1": { images: "block-new-sharing" } }, [home], "999999999999");
    expect(problems).toEqual([
      expect.stringMatching(/account 111111111111, the config asks for 999999999999/),
    ]);
  });
});
