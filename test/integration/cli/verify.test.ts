import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { MIB } from "../../../facts/units";
import { findObject, newerThan, readRecords } from "../../../trust/records";
import { keylessSigning } from "../../../trust/keyless";
import type { ObjectFacts } from "../../../trust/object-facts";
import { readTrustedRoot } from "../../../trust/trusted-root";
import { temporaryFolder } from "../../unit/disk/sparse-file";
import { idToken, Sigstore } from "../trust/sigstore";
import { type Publication, publishIn, SECTORS } from "../../unit/cli/publication";
import { runCli } from "../../unit/cli/run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const RECORD = at("records/1.0.sigstore.json");
let publication: Publication;
let bytes: Buffer;

beforeAll(async () => {
  publication = await publishIn(folder);
  ({ bytes } = publication);
  fs.mkdirSync(at("records"));
  fs.writeFileSync(RECORD, await recordOf("1.0"));
});

const recordOf: Publication["recordOf"] = (...args) => publication.recordOf(...args);
const publicPem = () => publication.publicKey.export({ format: "pem", type: "spki" }).toString();

function verify(file: string, ...options: string[]) {
  return runCli(["verify", "disk", file, "--record", RECORD, "--key", at("publisher.pem"), ...options]);
}

function changed(change: (disk: Buffer) => Buffer | void): string {
  const copy = Buffer.from(bytes);
  const file = at("changed.raw");
  fs.writeFileSync(file, change(copy) ?? copy);
  return file;
}

const WITHOUT_INDEX =
  "without --trust or --index nothing tells of a withdrawal, a newer release or a newer record that you were not given";

test("the disk itself is genuine, and one line says whose it is", async () => {
  const { code, out, err } = await verify(at("demo.raw"));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(
    `${at("demo.raw")} is genuine: demo 1.0 (x86_64), based on Debian 13, by Example; unsigned input; ${WITHOUT_INDEX}\n`,
  );
});

test("so is one on a larger volume, whose rest is zero", async () => {
  expect(await verify(changed((disk) => Buffer.concat([disk, Buffer.alloc(MIB + 512)])))).toMatchObject({
    code: 0,
  });
});

const flip = (where: number) => (disk: Buffer) => void (disk[where] = disk[where]! ^ 1);

test.each([
  { what: "boot sector", change: flip(0), says: /bytes 0-524287 \(outside of the partitions/ },
  { what: "first partition", change: flip(MIB), says: /bytes 1048576-1572863 \(partition 1 esp\)/ },
  { what: "data", change: flip(5 * MIB - 1), says: /1 block .*: bytes 4718592-5242879 \(partition 2 root\)/ },
  { what: "a hole", change: flip(6 * MIB), says: /bytes 6291456-6815743 \(partition 2 root\)/ },
  {
    what: "data gone",
    change: (disk: Buffer) => void disk.fill(0, 4 * MIB, 5 * MIB),
    says: /2 blocks .*: bytes 4194304-5242879 /,
  },
  {
    what: "last sector",
    change: flip(SECTORS * 512 - 1),
    says: /bytes 7864320-8388607 \(partition 2 root\)/,
  },
  {
    what: "cut off",
    change: (disk: Buffer) => disk.subarray(0, -MIB),
    says: /cut off: 7340032 of 8388608 bytes/,
  },
  {
    what: "something behind",
    change: (disk: Buffer) => Buffer.concat([disk, Buffer.alloc(512, 1)]),
    says: /data after the end of the image, from byte 8388608/,
  },
])("one that differs is not genuine, and the place is named: $what", async ({ change, says }) => {
  const { code, out } = await verify(changed(change), "--block-map", at("demo.raw.blockmap"));
  expect(code).toBe(3);
  expect(out).toMatch(says);
  expect(out.trimEnd()).not.toContain("\n");
});

test("without the block map a difference is found, and not its place", async () => {
  const { code, out } = await verify(changed(flip(MIB)));
  expect(code).toBe(3);
  expect(out).toMatch(/NOT genuine: its bytes are not the signed ones .* with --block-map you learn where/);
});

test("a block map beside the record is used, and one that is not the signed one is not", async () => {
  const beside = at("records/1.0-x86_64.blockmap");
  fs.copyFileSync(at("demo.raw.blockmap"), beside);
  expect((await verify(changed(flip(MIB)))).out).toContain("partition 1 esp");
  const map = fs.readFileSync(beside);
  map[map.length - 1] = map[map.length - 1]! ^ 1;
  fs.writeFileSync(beside, map);
  expect(await verify(at("demo.raw"))).toMatchObject({ code: 0 });
  const named = await verify(at("demo.raw"), "--block-map", beside);
  expect(named).toMatchObject({ code: 1 });
  expect(named.err).toMatch(/1\.0-x86_64\.blockmap: not the block map of the signed record/);
  fs.rmSync(beside);
});

test("what cannot be checked is said in one line for each problem", async () => {
  const nothing = await runCli(["verify", "disk", at("demo.raw")]);
  expect(nothing.code).toBe(2);
  expect(nothing.err).toMatch(
    /--key is missing: .*\nimprimatur: --record \(or --records\) is missing; or --trust, .*\n/,
  );
  const missing = await runCli([
    "verify",
    "disk",
    at("demo.raw"),
    "--record",
    at("y"),
    "--key",
    at("publisher.pem"),
  ]);
  expect(missing).toMatchObject({
    code: 1,
    err: `imprimatur: ${at("y")}: cannot be read (ENOENT); check the path\n`,
  });
  expect((await runCli(["verify", "floppy", "x"])).code).toBe(2);
});

test("records of a folder that another key signed do not count, and are named", async () => {
  const trusted = publicPem();
  const file = at("records/2.0.sigstore.json");
  fs.writeFileSync(file, (await recordOf("2.0")).replace(/"sig": "../, '"sig": "AA'));
  const { trusted: read, refused } = readRecords(at("records"), [trusted]);
  expect(read.map(({ file: name }) => path.basename(name))).toEqual(["1.0.sigstore.json"]);
  expect(refused).toEqual([expect.stringMatching(/2\.0\.sigstore\.json: the signature does not fit/)]);
  const other = generateKeyPairSync("ed25519").publicKey.export({ format: "pem", type: "spki" }).toString();
  expect(() => readRecords(at("records"), [other])).toThrow(
    /no record .* is signed by a key that you trust\n/,
  );
  fs.rmSync(file);
});

test("a newer release is one of the same product, cloud, region and architecture", async () => {
  const ami = (id: string, region: string): ObjectFacts => ({
    cloud: "aws",
    account: "111111111111",
    region,
    kind: "image",
    id,
    name: "demo",
    architecture: "x86_64",
    proof: "bytes",
  });
  const newer = at("newer");
  fs.mkdirSync(newer);
  const releases: [string, ObjectFacts[]][] = [
    ["1.9", [ami("ami-1", "eu-west-1"), ami("ami-2", "us-east-1")]],
    ["1.10", [ami("ami-3", "eu-west-1")]],
    ["1.8", [ami("ami-4", "eu-west-1")]],
  ];
  for (const [version, objects] of releases)
    fs.writeFileSync(path.join(newer, `${version}.sigstore.json`), await recordOf(version, objects));
  const records = readRecords(newer, [publicPem()]);
  const newerIds = (id: string) =>
    newerThan(
      records,
      findObject(records, (each) => each.id === id)!,
    ).map(({ facts }) => facts.id);
  expect([newerIds("ami-1"), newerIds("ami-2"), newerIds("ami-3"), newerIds("ami-4")]).toEqual([
    ["ami-3"],
    [],
    [],
    ["ami-3", "ami-1"],
  ]);
});

describe("a record that was signed without a key", () => {
  const WHO = "https://github.com/example/images/.github/workflows/release.yml@refs/heads/main";
  const ISSUER = "https://token.actions.githubusercontent.com";
  const keyless = at("keyless.sigstore.json");
  const signedBy = ["--certificate-identity", WHO, "--certificate-oidc-issuer", ISSUER];
  const rooted = ["--trusted-root", at("trusted_root.json")];
  const ask = (...options: string[]) =>
    runCli(["verify", "disk", at("demo.raw"), "--record", keyless, ...options]);

  beforeAll(async () => {
    const sigstore = await Sigstore.start();
    const identity = { getToken: async () => idToken({ sub: WHO, iss: ISSUER }) };
    fs.writeFileSync(at("trusted_root.json"), sigstore.trustedRoot);
    fs.writeFileSync(keyless, await recordOf("1.0", [], keylessSigning(sigstore.services, identity)));
    await sigstore.stop();
  });

  test("is genuine by the identity and its issuer, offline", async () => {
    const { code, out, err } = await ask(...signedBy, ...rooted);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(
      `${at("demo.raw")} is genuine: demo 1.0 (x86_64), based on Debian 13, by Example; unsigned input; ${WITHOUT_INDEX}\n`,
    );
  });

  test("counts in a folder beside those that a key signed, when both are named", async () => {
    const folder = at("mixed");
    fs.mkdirSync(folder);
    fs.copyFileSync(RECORD, path.join(folder, "1.0.sigstore.json"));
    fs.copyFileSync(keyless, path.join(folder, "1.1.sigstore.json"));
    const key = fs.readFileSync(at("publisher.pem"), "utf8");
    const { trusted, refused } = readRecords(folder, [key]);
    expect(trusted).toHaveLength(1);
    expect(refused).toEqual([expect.stringMatching(/1\.1\.sigstore\.json: signed without a key; say whose/)]);
    const identity = { identity: WHO, issuer: ISSUER, root: readTrustedRoot(at("trusted_root.json")) };
    expect(readRecords(folder, [key], identity).trusted).toHaveLength(2);
    expect(readRecords(folder, [], identity).refused).toEqual([
      expect.stringMatching(/1\.0\.sigstore\.json: signed by a key \(.*\); say which one counts with --key/),
    ]);
  });

  test.each<[string, string[], number, RegExp]>([
    ["nobody named", [], 2, /--key is missing: .*--certificate-identity and --certificate-oidc-issuer\n/],
    [
      "a key alone",
      ["--key", "publisher.pem"],
      1,
      /keyless\.sigstore\.json: signed without a key; say whose word/,
    ],
    ["no issuer", [...signedBy.slice(0, 2), ...rooted], 2, /--certificate-oidc-issuer is missing: /],
    [
      "no identity",
      [...signedBy.slice(2), ...rooted],
      2,
      /--certificate-identity is missing: an issuer vouches/,
    ],
    [
      "a root for nothing",
      ["--key", "publisher.pem", ...rooted],
      2,
      /--trusted-root is for records that are signed without/,
    ],
    [
      "another identity",
      ["--certificate-identity", "a@example.org", ...signedBy.slice(2), ...rooted],
      1,
      /not by a@example\.org/,
    ],
    [
      "no such root",
      [...signedBy, "--trusted-root", "none.json"],
      1,
      /none\.json: cannot be read \(ENOENT\); give --trusted-root/,
    ],
  ])("and not with %s", async (_what, options, code, says) => {
    const asked = await ask(
      ...options.map((option) => (/^(publisher\.pem|none\.json)$/.test(option) ? at(option) : option)),
    );
    expect(asked.code).toBe(code);
    expect(asked.err).toMatch(says);
  });
});

test("a process says its one line and nothing of the SDK's", () => {
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
  const question = ["aws", "ami-0123456789abcdef0", "--region", "eu-west-1", "--record", RECORD];
  const ran = spawnSync(
    process.execPath,
    ["cli/imprimatur.js", "verify", ...question, "--key", at("publisher.pem")],
    {
      env,
      encoding: "utf8",
      cwd: path.join(__dirname, "../../.."),
    },
  );
  expect(ran.stderr).toMatch(
    /^imprimatur: DescribeImages ami-0123456789abcdef0 in eu-west-1: CredentialsProviderError: .*\n$/,
  );
  expect(ran.status).toBe(1);
});

test("a key that the shell pipes in is read", async () => {
  const program = path.join(__dirname, "../../../cli/imprimatur.js");
  const command = 'node "$0" verify disk "$1" --record "$2" --key <(cat "$3")';
  const shown = execFileSync("bash", ["-c", command, program, at("demo.raw"), RECORD, at("publisher.pem")]);
  expect(shown.toString()).toMatch(/is genuine/);
});
