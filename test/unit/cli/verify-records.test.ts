import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { POLICY_VERSION } from "../../../config/evidence";
import { expectation } from "../../../config/expectation";
import type { ImageFile } from "../../../config/image-file";
import type { ObjectFacts } from "../../../trust/object-facts";
import type { Statement } from "../../../trust/statement";
import { makeNamedPipe } from "../../named-pipe";
import { temporaryFolder } from "../disk/sparse-file";
import { type Publication, publishIn } from "./publication";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
let publication: Publication;

beforeAll(async () => {
  publication = await publishIn(folder);
  fs.mkdirSync(at("records"));
  for (const version of ["1.0", "1.1"]) {
    fs.writeFileSync(at(`records/${version}.sigstore.json`), await publication.recordOf(version));
  }
});

test("half of an identity is not left out in silence where the index names the signers", async () => {
  const asked = ["verify", "disk", at("demo.raw"), "--trust", at("none.trust.json")];
  const { code, err } = await runCli([...asked, "--certificate-oidc-issuer", "https://accounts.google.com"]);
  expect(code).toBe(2);
  expect(err).toContain("--certificate-identity is missing");
});

const OLD = () => at("records/1.0.sigstore.json");
const NEW = () => at("records/1.1.sigstore.json");
const verify = (file: string, record: string, ...options: string[]) =>
  runCli(["verify", "disk", at(file), "--record", record, "--key", at("publisher.pem"), ...options]);

describe("a disk, one record and a folder of them", () => {
  test("an older release is genuine, and not current when the folder has a newer one", async () => {
    expect(await verify("demo.raw", OLD())).toMatchObject({ code: 0 });
    const { code, out } = await verify("demo.raw", OLD(), "--records", at("records"));
    expect(code).toBe(4);
    expect(out).toContain(`1.1 is out (${NEW()})`);
    expect(await verify("demo.raw", NEW(), "--records", at("records"))).toMatchObject({ code: 0 });
  });

  test("a newer one of another variant says nothing of it", async () => {
    fs.mkdirSync(at("variants"));
    const refresh = ({ predicate }: Statement) => void (predicate.variant = "refresh");
    const version = "2.0-refresh";
    const record = await publication.recordOf(version, [], undefined, refresh);
    fs.writeFileSync(at(`variants/${version}.sigstore.json`), record);
    expect(await verify("demo.raw", OLD(), "--records", at("variants"))).toMatchObject({ code: 0 });
  });

  test("a newer one of another architecture or product says nothing of it", async () => {
    fs.mkdirSync(at("others"));
    const other = (statement: Statement) => {
      const { predicate } = statement;
      predicate.product = "another";
      const text = JSON.stringify(predicate.imageFile).replace('"product":"demo"', '"product":"another"');
      predicate.imageFile = resealed(text);
    };
    fs.writeFileSync(at("others/2.0.sigstore.json"), await publication.recordOf("2.0", [], undefined, other));
    expect(await verify("demo.raw", OLD(), "--records", at("others"))).toMatchObject({ code: 0 });
  });

  test.each(["disk", "aws"])("a folder is no record: %s", async (kind) => {
    const more = kind === "aws" ? ["--region", "eu-west-1"] : [];
    const subject = kind === "aws" ? "ami-0123456789abcdef0" : at("demo.raw");
    const asked = ["verify", kind, subject, "--record", at("records"), "--key", at("publisher.pem"), ...more];
    expect(await runCli(asked)).toEqual({
      code: 2,
      out: "",
      err: `imprimatur: --record names one record, and ${at("records")} is a folder: a folder of them is --records\n`,
    });
  });
});

describe("which product it should be", () => {
  test.each([
    { given: ["--product", "demo"], code: 0, says: /is genuine: demo 1\.0/ },
    {
      given: ["--product", "debian-13"],
      code: 3,
      says: /NOT genuine: it is an image of demo, and --product says debian-13/,
    },
    {
      given: ["--official"],
      code: 3,
      says: /NOT genuine: it is based on Debian 13.*, and --official was asked for/,
    },
  ])("$given", async ({ given, code, says }) => {
    const asked = await verify("demo.raw", OLD(), ...given);
    expect(asked.code).toBe(code);
    expect(asked.out).toMatch(says);
  });
});

describe("a release that its publisher has withdrawn", () => {
  const place = (name: string) => {
    fs.rmSync(at("taken"), { recursive: true, force: true });
    fs.mkdirSync(at("taken"));
    return at(`taken/${name}`);
  };

  test("is told from the notice beside its record, with the reason", async () => {
    const record = place("1.0.sigstore.json");
    fs.writeFileSync(record, await publication.recordOf("1.0"));
    fs.writeFileSync(
      at("taken/1.0.withdrawn.sigstore.json"),
      await publication.noticeOf("1.0", "bug 12345 eats disks"),
    );
    const { code, out } = await verify("demo.raw", record);
    expect(code).toBe(4);
    expect(out).toContain("withdrawn on 2026-11-21T10:00:00.000Z, because: bug 12345 eats disks");
  });

  test("is told from a folder of records too, and is recommended to nobody", async () => {
    fs.writeFileSync(place("new.sigstore.json"), await publication.recordOf("1.1"));
    fs.writeFileSync(at("taken/any-name.sigstore.json"), await publication.noticeOf("1.1"));
    expect(await verify("demo.raw", OLD(), "--records", at("taken"))).toMatchObject({ code: 0 });
    const { code, out } = await verify("demo.raw", NEW(), "--records", at("taken"));
    expect(code).toBe(4);
    expect(out).toContain("withdrawn on 2026-11-21T10:00:00.000Z, and the publisher gives no reason");
  });

  test("is told of its own release only, and by its own publisher only", async () => {
    const record = place("1.0.sigstore.json");
    fs.writeFileSync(record, await publication.recordOf("1.0"));
    fs.writeFileSync(at("taken/1.0.withdrawn.sigstore.json"), await publication.noticeOf("1.1"));
    const other = await verify("demo.raw", record);
    expect(other.code).toBe(0);
    expect(other.out).toContain("1.0.withdrawn.sigstore.json: is no notice of this release; fetch it again");
    const signed = JSON.parse(await publication.noticeOf("1.0")) as { dsseEnvelope: { payload: string } };
    const { payload } = signed.dsseEnvelope;
    const forged = Buffer.from(payload, "base64").toString().replace("Example", "Another");
    signed.dsseEnvelope.payload = Buffer.from(forged).toString("base64");
    fs.writeFileSync(at("taken/1.0.withdrawn.sigstore.json"), JSON.stringify(signed));
    const { code, out } = await verify("demo.raw", record);
    expect(code).toBe(0);
    expect(out).toContain("1.0.withdrawn.sigstore.json: the signature does not fit");
  });

  test("a notice is no record", async () => {
    fs.writeFileSync(place("1.0.sigstore.json"), await publication.noticeOf("1.0"));
    const { code, err } = await verify("demo.raw", at("taken/1.0.sigstore.json"));
    expect(code).toBe(1);
    expect(err).toContain("1.0.sigstore.json: the notice of a withdrawal, and a record is needed");
  });

  test("a record from the future is named", async () => {
    const file = place("1.0.sigstore.json");
    const later = ({ predicate }: Statement) => void (predicate.finishedOn = "2099-01-01T00:00:00Z");
    fs.writeFileSync(file, await publication.recordOf("1.0", [], undefined, later));
    const { out } = await verify("demo.raw", file);
    expect(out).toContain("signed on 2099-01-01T00:00:00Z, which is to come");
  });
});

describe("two records of one key", () => {
  const AMI: ObjectFacts = {
    ...{
      cloud: "aws",
      account: "123456789012",
      region: "eu-west-1",
      kind: "image",
      id: "ami-0123456789abcdef0",
    },
    ...{ name: "demo", architecture: "x86_64", proof: "bytes" },
  };
  const both = async (first: string, second: string) => {
    fs.rmSync(at("both"), { recursive: true, force: true });
    fs.mkdirSync(at("both"));
    fs.writeFileSync(at("both/a.sigstore.json"), first);
    fs.writeFileSync(at("both/b.sigstore.json"), second);
    return verify("demo.raw", OLD(), "--records", at("both"));
  };

  test("that say the same of an object may both be there", async () => {
    const record = await publication.recordOf("1.0", [AMI]);
    expect(await both(record, record)).toMatchObject({ code: 0 });
  });

  test("that give one object to two releases are an error", async () => {
    const { code, out, err } = await both(
      await publication.recordOf("1.0", [AMI]),
      await publication.recordOf("1.1", [AMI]),
    );
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(
      /a\.sigstore\.json and .*b\.sigstore\.json contradict each other: aws:ec2:.*ami-0123456789abcdef0 is demo 1\.0/,
    );
  });

  const VERSION: ObjectFacts = {
    ...{ cloud: "azure", account: "a", region: "westeurope", kind: "image" },
    id: "/subscriptions/a/resourceGroups/r/providers/Microsoft.Compute/galleries/g/images/demo/versions/1.0.0",
    publicId: "/CommunityGalleries/demo-1/Images/demo/Versions/1.0.0",
    ...{ name: "demo", architecture: "x86_64", proof: "bytes" },
  };

  test.each<{ what: string; one: ObjectFacts; other: ObjectFacts }>([
    { what: "an AMI, of another account", one: AMI, other: { ...AMI, account: "999999999999" } },
    {
      what: "Azure's id in other letters",
      one: VERSION,
      other: { ...VERSION, id: VERSION.id.toUpperCase() },
    },
    {
      what: "the public name in other letters, of another subscription",
      one: VERSION,
      other: { ...VERSION, id: VERSION.id.replace("/a/", "/b/"), publicId: VERSION.publicId!.toLowerCase() },
    },
  ])("that give one object to two releases under two names are an error: $what", async ({ one, other }) => {
    const { code, err } = await both(
      await publication.recordOf("1.0", [one]),
      await publication.recordOf("1.1", [other]),
    );
    expect(code).toBe(1);
    expect(err).toContain("contradict each other");
  });

  test("that give one release two disks are an error", async () => {
    const otherDisk = (statement: Statement) => {
      const sha256 = "0".repeat(64);
      const { predicate } = statement;
      const old = statement.subject[0]!.digest.sha256!;
      statement.subject[0]!.digest.sha256 = sha256;
      predicate.imageFile = resealed(JSON.stringify(predicate.imageFile).replaceAll(old, sha256));
    };
    const { code, err } = await both(
      await publication.recordOf("1.0"),
      await publication.recordOf("1.0", [], undefined, otherDisk),
    );
    expect(code).toBe(1);
    expect(err).toContain("contradict each other: the x86_64 disk of demo 1.0 is sha256:");
  });
});

test.each([
  { version: 1, says: "image policy passed (version 1 of its rules; this program has " },
  { version: POLICY_VERSION, says: "image policy passed, as the publisher's image file says" },
])("a policy of version $version that passed is said to be one", async ({ version, says }) => {
  const counts = { passed: 26, failed: 0, notInspected: 0 };
  const report = `sha256:${"0".repeat(64)}`;
  const policy = { outcome: "passed", version, counts, failed: [], declared: expectation.parse({}), report };
  const older = ({ predicate }: Statement) => {
    const file = JSON.parse(JSON.stringify(predicate.imageFile)) as ImageFile;
    Object.assign(file.images.x86_64!, { policy });
    predicate.imageFile = resealed(JSON.stringify(file));
  };
  fs.writeFileSync(at("older.sigstore.json"), await publication.recordOf("1.0", [], undefined, older));
  const { code, out } = await verify("demo.raw", at("older.sigstore.json"));
  expect(code).toBe(0);
  expect(out).toContain(says);
  expect(out).toContain("files compared with the image's own lists alone, not with a signed archive");
});

test("two records of one release that name two publishers are an error", async () => {
  fs.mkdirSync(at("two"));
  fs.writeFileSync(at("two/a.sigstore.json"), await publication.recordOf("1.0"));
  const claims = ({ predicate }: Statement) => void (predicate.provenance = "official");
  fs.writeFileSync(at("two/b.sigstore.json"), await publication.recordOf("1.0", [], undefined, claims));
  const { code, err } = await verify("demo.raw", OLD(), "--records", at("two"));
  expect(code).toBe(1);
  expect(err).toContain(
    "contradict each other: demo 1.0 is based on Debian 13, by Example, or official, by Example",
  );
});

test("a record that names one object and speaks of another contradicts itself", async () => {
  const [uri, id] = ["aws:ec2:eu-west-1:123456789012:image/ami-00000000000000001", "ami-00000000000000002"];
  const claims = (statement: Statement) => {
    const { objects } = statement.predicate;
    objects[0]!.uri = uri;
    Object.assign(statement.subject[1]!, { uri });
  };
  const ami: ObjectFacts = {
    ...{ cloud: "aws", account: "123456789012", region: "eu-west-1", kind: "image", id },
    ...{ name: "demo", architecture: "x86_64", proof: "bytes" },
  };
  fs.writeFileSync(at("odd-uri.sigstore.json"), await publication.recordOf("1.0", [ami], undefined, claims));
  const { code, err } = await verify("demo.raw", at("odd-uri.sigstore.json"));
  expect(code).toBe(1);
  expect(err).toContain(`it contradicts itself: it names ${uri}, and says what is so of aws:ec2:eu-west-1`);
});

describe("what is no file", () => {
  test.each([
    { what: "a pipe", make: makeNamedPipe },
    { what: "a device or a socket", make: (file: string) => fs.symlinkSync("/dev/zero", file) },
  ])("$what among the records is not read", async ({ what, make }) => {
    fs.rmSync(at("odd"), { recursive: true, force: true });
    fs.mkdirSync(at("odd"));
    fs.copyFileSync(OLD(), at("odd/1.0.sigstore.json"));
    make(at("odd/2.0.sigstore.json"));
    const asked = await verify("demo.raw", OLD(), "--records", at("odd"));
    expect(asked.code).toBe(0);
    expect(asked.out).toContain(`2.0.sigstore.json: is ${what}, and a file is needed`);
  });

  test("a folder of records that links lead back to ends", async () => {
    fs.mkdirSync(at("round"));
    fs.copyFileSync(OLD(), at("round/1.0.sigstore.json"));
    for (const name of ["a", "b"]) fs.symlinkSync(".", at(`round/${name}`));
    expect(await verify("demo.raw", OLD(), "--records", at("round"))).toMatchObject({ code: 0 });
  });

  test("what a product declares, and an image file, are read from files only", async () => {
    const pipe = at("pipe.json");
    makeNamedPipe(pipe);
    for (const asked of [
      ["inspect", "--policy", at("demo.raw"), "--expect", pipe],
      ["boot", "--image-file", pipe],
      ["inspect", at("demo.raw"), "--product", "demo", "--version", "1.0", "--output", pipe],
    ]) {
      const { code, err } = await runCli(asked);
      expect(code).toBe(1);
      expect(err).toContain("pipe.json: is a pipe, and a file is needed");
    }
  });
});

/** The image file with its seal recomputed. */
function resealed(text: string): unknown {
  const { writeImageFile } = jest.requireActual<typeof import("../../../config/image-file")>(
    "../../../config/image-file",
  );
  return JSON.parse(writeImageFile(JSON.parse(text) as Parameters<typeof writeImageFile>[0]));
}

describe("what is no raw disk", () => {
  const QCOW2 = Buffer.concat([Buffer.from("QFI\xfb", "latin1"), Buffer.alloc(262_144 - 4)]);
  test.each<[string, () => Buffer, number, RegExp]>([
    [
      "qcow2",
      () => QCOW2,
      1,
      /^imprimatur: .*: this is a qcow2 image\. Make it raw: qemu-img convert -f qcow2 -O raw \S+ \S+\.\n$/,
    ],
    ["a larger qcow2", () => Buffer.concat([QCOW2, publication.bytes]), 1, /this is a qcow2 image/],
    [
      "gzip of odd size",
      () => oddly(gzipSync(publication.bytes)),
      1,
      /this is gzip-compressed\. Unpack it: gzip -dc /,
    ],
    [
      "a fixed VHD",
      () => Buffer.concat([publication.bytes, Buffer.concat([Buffer.from("conectix")], 512)]),
      1,
      /this is a VHD image/,
    ],
    [
      "one byte short",
      () => publication.bytes.subarray(0, -1),
      3,
      /NOT genuine: it has 8388607 bytes, the record says 8388608;/,
    ],
    [
      "somewhat longer",
      () => Buffer.concat([publication.bytes, Buffer.alloc(600_001)]),
      3,
      /NOT genuine: it has 8988609 bytes, the record says 8388608;/,
    ],
  ])("%s", async (_what, make, code, says) => {
    fs.writeFileSync(at("given"), make());
    const ran = await verify("given", OLD());
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).toMatch(says);
  });
  const oddly = (bytes: Buffer) =>
    bytes.length % 512 === 0 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes;
});

describe("whose key", () => {
  const pem = ({ publicKey, privateKey }: KeyPairKeyObjectResult, secret = false) =>
    (secret
      ? privateKey.export({ format: "pem", type: "pkcs8" })
      : publicKey.export({ format: "pem", type: "spki" })
    ).toString();
  const ed = generateKeyPairSync("ed25519");
  test.each<[string, string, RegExp]>([
    ["a private key", pem(ed, true), /k\.pem: this is a private key, .*; give the public one/],
    ["RSA", pem(generateKeyPairSync("rsa", { modulusLength: 2048 })), /k\.pem: a key of type rsa; needed: /],
    [
      "P-384",
      pem(generateKeyPairSync("ec", { namedCurve: "secp384r1" })),
      /k\.pem: a key of type ec secp384r1; /,
    ],
    ["two keys", pem(ed) + pem(ed), /k\.pem: it holds 2 keys; give one in a file/],
    [
      "no key",
      "hello",
      /k\.pem: not a public key in PEM; needed: the publisher's public key, Ed25519 or ECDSA P-256/,
    ],
  ])("%s is refused, by name", async (_what, text, says) => {
    fs.writeFileSync(at("k.pem"), text);
    const asked = ["verify", "disk", at("demo.raw"), "--record", OLD(), "--key", at("k.pem")];
    const { code, out, err } = await runCli(asked);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(says);
  });
});

describe("what is no record", () => {
  test.each<[string, (record: string) => string, RegExp]>([
    ["null", () => "null", /r\.json: not a sigstore bundle: it holds no JSON object; fetch /],
    ["a list", () => "[]", /r\.json: not a sigstore bundle: it holds no JSON object; fetch /],
    [
      "two signatures",
      (record) => {
        const bundle = JSON.parse(record) as { dsseEnvelope: { signatures: unknown[] } };
        bundle.dsseEnvelope.signatures.push(bundle.dsseEnvelope.signatures[0]);
        return JSON.stringify(bundle);
      },
      /r\.json: a sigstore bundle with 2 signatures, and a record has one; fetch /,
    ],
  ])("%s", async (_what, change, says) => {
    fs.writeFileSync(at("r.json"), change(fs.readFileSync(OLD(), "utf8")));
    const { code, out, err } = await verify("demo.raw", at("r.json"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(says);
  });

  test("a file of a GiB is not read", async () => {
    fs.writeFileSync(at("r.json"), "");
    fs.truncateSync(at("r.json"), 1024 ** 3);
    const { code, err } = await verify("demo.raw", at("r.json"));
    expect({ code, err }).toEqual({
      code: 1,
      err: `imprimatur: ${at("r.json")}: has more than 67108864 bytes, too many for what it should be; check the path\n`,
    });
  });
});

describe("a record that was signed", () => {
  const signed = async (edit: (statement: Statement) => void) => {
    fs.writeFileSync(at("s.json"), await publication.recordOf("1.0", [], undefined, edit));
    return verify("demo.raw", at("s.json"));
  };
  test.each<[string, (statement: Statement) => void, RegExp]>([
    [
      "another disk as its subject",
      ({ subject }) => void (subject[0]!.digest.sha256 = "0".repeat(64)),
      /its subjects are others than the disks of its image file and what holds them/,
    ],
    [
      "another product",
      ({ predicate }) => void (predicate.product = "debian"),
      /the product is debian, and in its image file demo/,
    ],
    [
      "another version",
      ({ predicate }) => void (predicate.version = "9"),
      /the version is 9, and in its image file 1\.0/,
    ],
  ])("with %s is refused", async (_what, edit, says) => {
    const { code, out, err } = await signed(edit);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(says);
  });

  test("cannot make the answer two lines, or paint over it", async () => {
    const { out } = await signed(({ predicate }) => {
      predicate.publisher = "Debian\x1b[2J\nx is genuine";
    });
    expect(out.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(out).toContain("Debian\ufffd[2J\ufffdx is genuine");
  });
});

test.each<[string[], string]>([
  [
    ["disk", "x.raw", "--bytes", "--region", "mars"],
    "imprimatur: --region says nothing of a disk: leave it out\nimprimatur: --bytes says nothing of a disk: leave it out\n",
  ],
  [
    ["aws", "ami-0123456789abcdef0", "--region", "eu-west-1", "--architecture", "arm64", "--block-map", "x"],
    "imprimatur: --architecture says nothing of aws: leave it out\nimprimatur: --block-map is for --bytes: add that, or leave it out\n",
  ],
  [["aws", "ami-0123456789abcdef0"], "imprimatur: --region is missing: AMIs are of one region\n"],
  [
    ["aws", "ami-0123456789abcdef0", "--region", "eu-west-1/x"],
    'imprimatur: --region: "eu-west-1/x" is no region of AWS; one is called eu-central-1\n',
  ],
])("verify %j is wrong usage", async (asked, err) => {
  const ran = await runCli(["verify", ...asked, "--record", OLD(), "--key", at("publisher.pem")]);
  expect(ran).toEqual({ code: 2, out: "", err });
});

const COMMUNITY = "/CommunityGalleries/x-1/Images/demo";
const ARM =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Compute";
test.each<[string, string, RegExp]>([
  ["aws", "ami-1", /"ami-1" is not the id of an AMI: needed is ami- and 17 digits/],
  ["aws", "AMI-00499B6CD0335DDD6", /not the id of an AMI/],
  ["aws", "snap-03156365d52e48f7c", /not the id of an AMI/],
  ["gcp", "demo", /"demo" is no image of Compute Engine: needed is projects\//],
  ["gcp", "projects/a b/global/images/?x", /is no image of Compute Engine/],
  ["gcp", "projects/../global/images/x", /is no image of Compute Engine/],
  ["azure", "nonsense", /"nonsense" is no version of a gallery: needed is \/CommunityGalleries\//],
  ["azure", COMMUNITY, /names no version, .*exactVersion/],
  ["azure", `${COMMUNITY}/Versions/latest`, /names no version, .*exactVersion/],
  ["azure", `${ARM}/galleries/g/images/demo/versions/latest`, /names no version, .*exactVersion/],
  ["azure", `${ARM}/disks/d`, /is no version of a gallery/],
])("%s %s cannot be an id: wrong usage, before anything is read", async (kind, id, says) => {
  const region = kind === "aws" ? ["--region", "eu-west-1"] : [];
  const asked = ["verify", kind, id, ...region, "--record", at("none.json"), "--key", at("publisher.pem")];
  const { code, out, err } = await runCli(asked);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(says);
});
