import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import { cosignFile } from "../../tools/cosign";
import { PREDICATE_TYPE, type Statement } from "../../trust/statement";
import { compareRights } from "./harness/rights";
import { rightsFault } from "../published-rights";
import { judgeWith, PYTHON, runJudge } from "./harness/judge";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import type { StackOutputs } from "./harness/stack-file";
import { makeStrangersGroup, strangerOf } from "./harness/stranger";

const VERSION = "20261120.0";
const RECORD = `records/demo/${VERSION}.sigstore.json`;

interface Answer {
  answer: string;
  reasons: string[];
  differences?: { start: number; end: number; partitions: string[] }[];
}

/**
 * The demo with a release key, and strangers who have its record and public key; each test continues from the
 * previous one.
 */
describe("a release with a record", () => {
  let rehearsed: Rehearsed;
  let outputs: StackOutputs & { records: Record<string, string> };
  let stranger: Record<string, string>;
  const stackFile = "stacks/Pulumi.demo.yaml";

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo");
    const { checkout } = rehearsed;
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    checkout.write("release.pem", privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    checkout.write("publisher.pem", publicKey.export({ format: "pem", type: "spki" }).toString());
    const other = generateKeyPairSync("ed25519").publicKey;
    checkout.write("other.pem", other.export({ format: "pem", type: "spki" }).toString());
    stranger = strangerOf(rehearsed);
    // The strangers have the verifier's documents, and on Azure a resource group that they create.
    const who = "stranger";
    await Promise.all(
      (["aws", "gcp", "azure"] as const).map((cloud) => {
        const documents = cloud === "azure" ? ["verifier", "group-maker"] : ["verifier"];
        return rehearsed.fault({ cloud, ...rightsFault(cloud, documents, { who }) });
      }),
    );
  });
  afterAll(() => rehearsed?.end());

  function edit(change: (text: string) => string): void {
    const { checkout } = rehearsed;
    checkout.write(stackFile, change(fs.readFileSync(checkout.path(stackFile), "utf8")));
  }

  function upWithKey(...args: string[]) {
    return rehearsed.pulumi(["up", "--yes", "--skip-preview", ...args], {
      env: { IMPRIMATUR_SIGNING_KEY: "release.pem" },
    });
  }

  async function verify(args: string[], { key = "publisher.pem" } = {}) {
    const asked = ["verify", ...args, "--record", RECORD, "--key", key];
    const ran = await rehearsed.checkout.imprimatur([...asked, "--json"], { env: stranger });
    const { answer, reasons, differences } = JSON.parse(ran.stdout || "{}") as Answer;
    return { status: ran.status, answer, reasons, ...(differences && { differences }) };
  }

  function communityId(): string {
    const version = outputs.releases[VERSION]!.azure!.x86_64!.split("/").at(-1)!;
    return `/CommunityGalleries/${outputs.shared.azure!.publicName}/Images/demo-x86_64/Versions/${version}`;
  }

  const genuine = { status: 0, answer: "genuine", reasons: [] };

  test("a preview needs no key, and without one nothing is uploaded", async () => {
    const none = { env: { IMPRIMATUR_SIGNING_KEY: "" } };
    expectSuccess(await rehearsed.pulumi(["preview"], none));
    const up = await rehearsed.pulumi(["up", "--yes", "--skip-preview"], none);
    oneLineError(up, /imprimatur:record: no key is named; set IMPRIMATUR_SIGNING_KEY/);
    expect(await rehearsed.kindsWithBytes()).toEqual([]);
  });

  test("is signed by up, as an output and as a file, and not again", async () => {
    expectSuccess(await upWithKey());
    outputs = await rehearsed.outputs();
    expect(fs.readFileSync(rehearsed.checkout.path(RECORD), "utf8")).toBe(outputs.records[VERSION]);
    expect(fs.existsSync(rehearsed.checkout.path(`records/demo/${VERSION}-x86_64.blockmap`))).toBe(true);
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    const state = await rehearsed.pulumi(["stack", "export", "--show-secrets"]);
    expect(state.stdout).not.toContain("PRIVATE KEY");
  });

  test("a stranger in every region of AWS sees that the image is genuine", async () => {
    const ids = outputs.releases[VERSION]!.aws.x86_64!;
    for (const [region, id] of Object.entries(ids)) {
      const asked = await verify(["aws", id, "--region", region]);
      expect({ region, ...asked }).toEqual({ region, ...genuine });
    }
  });

  test("a stranger reads the bytes over a copy of their own, on AWS and on Azure", async () => {
    const [[region, id]] = Object.entries(outputs.releases[VERSION]!.aws.x86_64!) as [[string, string]];
    const before = await rehearsed.inventory();
    expect(await verify(["aws", id, "--region", region, "--bytes"])).toEqual(genuine);
    expect(await rehearsed.inventory()).toEqual(before);

    await makeStrangersGroup(rehearsed, stranger);
    const mine = ["--region", "eastus", "--resource-group", "mine", "--bytes"];
    expect(await verify(["azure", communityId(), ...mine])).toEqual(genuine);
    const disks = (await rehearsed.inventory()).filter(({ kind }) => kind === "disk");
    expect(disks).toEqual(before.filter(({ kind }) => kind === "disk"));
  });

  test("a stranger on Google Cloud and Azure sees it too, by id, family and community id", async () => {
    const { gcp } = outputs.releases[VERSION]!;
    expect(await verify(["gcp", gcp!.x86_64!])).toEqual(genuine);
    expect(await verify(["gcp", gcp!.x86_64!.replace(/[^/]+$/, "family/demo-x86-64")])).toEqual(genuine);
    for (const region of ["westeurope", "southeastasia"]) {
      const asked = await verify(["azure", communityId(), "--region", region]);
      expect({ region, ...asked }).toEqual({ region, ...genuine });
    }
  });

  test("what no record names is not genuine", async () => {
    const [[region]] = Object.entries(outputs.releases[VERSION]!.aws.x86_64!) as [[string, string]];
    const asked = await verify(["aws", "ami-0123456789abcdef0", "--region", region]);
    expect(asked).toMatchObject({ status: 3, answer: "not-genuine" });
  });

  test("the disk is genuine, and one flipped bit is found and placed", async () => {
    const raw = "images/demo/demo.raw";
    expect(await verify(["disk", raw])).toEqual(genuine);
    const copy = rehearsed.checkout.path("copy.raw");
    fs.cpSync(rehearsed.checkout.path(raw), copy);
    const disk = fs.openSync(copy, "r+");
    const at = 68157440 + 4_000_000;
    const byte = Buffer.alloc(1);
    fs.readSync(disk, byte, 0, 1, at);
    fs.writeSync(disk, Buffer.from([byte[0]! ^ 1]), 0, 1, at);
    fs.closeSync(disk);
    const start = at - (at % 524288);
    expect(await verify(["disk", "copy.raw"])).toMatchObject({
      status: 3,
      answer: "not-genuine",
      differences: [{ start, end: start + 524288, partitions: ["partition 2 root"] }],
    });
  });

  test("another key, or one flipped bit in the record, proves nothing, and says so", async () => {
    const args = ["verify", "disk", "images/demo/demo.raw", "--record", RECORD, "--key"];
    const run = (key: string) => rehearsed.checkout.imprimatur([...args, key], { env: stranger });
    expect(oneLineError(await run("other.pem"), /signed by another key/)).toContain(RECORD);
    const text = fs.readFileSync(rehearsed.checkout.path(RECORD), "utf8");
    rehearsed.checkout.write(
      RECORD,
      text.replace(/"payload": ?"(.{100})(.)/, (_, before: string, character: string) => {
        return `"payload":"${before}${character === "A" ? "B" : "A"}`;
      }),
    );
    const changed = await run("publisher.pem");
    expect(changed.status).toBe(1);
    expect(oneLineError(changed, /changed after it was signed/)).toContain(RECORD);
    rehearsed.checkout.write(RECORD, text);
  });

  judgeWith(
    "securesystemslib or in-toto-attestation",
    [PYTHON, "-c", "import securesystemslib, cryptography, in_toto_attestation.v1.statement"],
    "pip install -r test/requirements.txt",
  )("a verifier that this project did not write accepts the record, and not a changed one", async () => {
    const { checkout } = rehearsed;
    const args = ["test/judges/record_judge.py", checkout.path(RECORD), checkout.path("publisher.pem")];
    const { status, output, errors } = await runJudge(PYTHON, args, {});
    expect({ status, output, errors }).toEqual({ status: 0, output: "ok\n", errors: "" });
  });

  judgeWith(
    "cosign",
    [cosignFile(), "version"],
    "node tools/cosign.js",
  )("stock cosign accepts the record as it is, and no other disk", async () => {
    const { checkout } = rehearsed;
    const { subject } = statementIn(fs.readFileSync(checkout.path(RECORD), "utf8"));
    const sha256 = subject[0]!.digest.sha256!;
    const judge = (digest: string) =>
      runJudge(
        cosignFile(),
        [
          ...["verify-blob-attestation", "--key", checkout.path("publisher.pem")],
          ...["--bundle", checkout.path(RECORD), "--type", PREDICATE_TYPE, "--insecure-ignore-tlog"],
          ...["--digest", digest, "--digestAlg", "sha256"],
        ],
        { SIGSTORE_NO_CACHE: "1", TUF_ROOT: checkout.path("tuf") },
      );
    expect(await judge(sha256)).toMatchObject({
      status: 0,
      errors: expect.stringContaining("Verified OK") as string,
    });
    const other = `${sha256.startsWith("0") ? "1" : "0"}${sha256.slice(1)}`;
    expect(await judge(other)).toMatchObject({ status: 1 });
  });

  test("once deprecated it keeps its record, and users are told", async () => {
    edit((text) => text.replace("state: published", "state: deprecated").replace("2028-11-20", "2026-11-21"));
    expectSuccess(await rehearsed.up());
    expect((await rehearsed.outputs<typeof outputs>()).records).toEqual(outputs.records);
    // AWS accepts no time in the past: an AMI is deprecated minutes after the request.
    const told = { status: 4, answer: "not-current" };
    const asked = await verify(["gcp", outputs.releases[VERSION]!.gcp!.x86_64!]);
    expect(asked).toMatchObject({
      ...told,
      reasons: [expect.stringMatching(/deprecated since 2026-11-21/), expect.stringMatching(/DEPRECATED/)],
    });
    expect(await verify(["azure", communityId(), "--region", "eastus"])).toMatchObject({
      ...told,
      reasons: [expect.stringMatching(/left out of latest/)],
    });
  });

  test("once withdrawn it keeps its record, and the image is genuine, and not to be had", async () => {
    edit((text) =>
      text.replace(
        "state: deprecated",
        "state: withdrawn\n      reason: The initrd has another machine's key",
      ),
    );
    expectSuccess(await upWithKey());
    expect((await rehearsed.outputs<typeof outputs>()).records).toEqual(outputs.records);
    const [[region, id]] = Object.entries(outputs.releases[VERSION]!.aws.x86_64!) as [[string, string]];
    expect(await verify(["aws", id, "--region", region])).toMatchObject({
      status: 4,
      reasons: [
        expect.stringMatching(/^withdrawn on .*, because: The initrd has another machine's key$/),
        expect.stringMatching(/withdrawn, deleted, or never shared/),
      ],
    });
    expect(await verify(["disk", "images/demo/demo.raw"])).toMatchObject({
      status: 4,
      answer: "not-current",
    });
  });

  test("verifying needed no right that the verifier's documents do not give", async () => {
    const { uncovered } = compareRights(await rehearsed.rights(), { who: "stranger", purposes: ["verify"] });
    // The right to create the stranger's resource group comes from the group maker's document.
    expect(uncovered).toEqual([expect.stringContaining("resourcegroups/write has no row")]);
  });
});

/** The statement, not verified: other tests verify it. */
function statementIn(record: string): Statement {
  const { dsseEnvelope } = JSON.parse(record) as { dsseEnvelope: { payload: string } };
  return JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString()) as Statement;
}
