import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { parseStackConfig } from "../../../config/parse";
import { readStackFile } from "../../../cli/stack";
import { BIOS_BOOT_TYPE, ESP_TYPE } from "../../../disk/partition-types";
import { CLOUDS } from "../../../facts/clouds";
import { PEERS } from "../../../facts/version";
import { makeGpt } from "../disk/make-gpt";
import { makeMbr } from "../disk/make-mbr";
import { runCli } from "./run-cli";

let project: string;
let before: string;
beforeEach(() => {
  before = process.cwd();
  project = mkdtempSync(join(tmpdir(), "imprimatur-init-"));
  process.chdir(project);
  process.env.XDG_CONFIG_HOME = join(project, "config");
});
afterEach(() => {
  process.chdir(before);
  delete process.env.XDG_CONFIG_HOME;
  rmSync(project, { recursive: true });
});

const init = (...flags: string[]) => runCli(["init", "--no-stack", ...flags]);
const NAMED = ["--product", "my-linux", "--publisher", "My Company"];
const AZURE = [
  "--azure-uri",
  "https://my.example",
  "--azure-contact",
  "a@my.example",
  "--azure-eula",
  "https://my.example/eula",
];

function configOf(file: string): Record<string, unknown> {
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("imprimatur:", ""), value]),
  );
}

test.each([
  { clouds: ["aws"], flags: ["--based-on", "Debian 13"] },
  { clouds: ["gcp"], flags: ["--official", "--gcp-project", "my-project", "--public"] },
  { clouds: ["azure"], flags: ["--based-on", "Debian 13", "--private"] },
  {
    clouds: ["aws", "gcp", "azure"],
    flags: ["--official", "--gcp-project", "example.org:my-project", "--public", ...AZURE],
  },
])("the stack file for $clouds with $flags is valid as it stands", async ({ clouds, flags }) => {
  const named = clouds.flatMap((cloud) => ["--cloud", cloud]);
  const ran = await init(...NAMED, ...named, ...flags);
  expect(ran).toMatchObject({ code: 0 });
  const { config, problems } = parseStackConfig(configOf("stacks/Pulumi.my-linux.yaml"));
  expect(problems ?? []).toEqual([]);
  expect(Object.keys(config!)).toEqual(expect.arrayContaining(clouds));
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: object };
  const classes = clouds.map((cloud) => `@pulumi/${cloud === "azure" ? "azure-native" : cloud}`);
  expect(Object.keys(dependencies)).toEqual([...classes, "imprimatur"]);
  for (const name of classes) expect(dependencies).toHaveProperty([name], PEERS[name]);
});

test("nothing is shared unless the answer was public, and no release is published", async () => {
  await init(
    ...NAMED,
    "--based-on",
    "Debian 13",
    "--cloud",
    "aws",
    "--cloud",
    "gcp",
    "--gcp-project",
    "my-project",
  );
  const { config } = parseStackConfig(configOf("stacks/Pulumi.my-linux.yaml"));
  expect(config).toMatchObject({
    releases: [],
    aws: { sharing: { public: false } },
    gcp: { sharing: { public: false } },
  });
});

test("the release key and the passphrase are readable by their owner alone, outside of the project's files, and are kept", async () => {
  await init(...NAMED, "--based-on", "Debian 13", "--cloud", "aws");
  const secrets = ["release.pem", "passphrase"].map((name) =>
    join(project, "config/imprimatur/my-linux", name),
  );
  const first = secrets.map((file) => readFileSync(file, "utf8"));
  for (const file of secrets) expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync("stacks", { recursive: true });
  const { out } = await init(...NAMED, "--based-on", "Debian 13", "--cloud", "aws");
  expect(secrets.map((file) => readFileSync(file, "utf8"))).toEqual(first);
  expect(out).toContain(`export IMPRIMATUR_SIGNING_KEY=${secrets[0]}`);
  for (const secret of first) expect(out).not.toContain(secret.trim());
  expect(readFileSync("my-linux.pub.pem", "utf8")).toMatch(/^-----BEGIN PUBLIC KEY-----/);
});

test("without a terminal everything that is missing or wrong is told at once, and nothing is written", async () => {
  const { code, err } = await init("--product", "My Linux", "--cloud", "gcp", "--cloud", "ibm");
  expect(code).toBe(2);
  expect(err.split("\n").map((line) => line.replace(/^imprimatur: /, ""))).toEqual([
    expect.stringMatching(/^--product "My Linux": needs 1 to 40 characters/),
    expect.stringMatching(/^--publisher is needed/),
    expect.stringMatching(/^--official or --based-on is needed/),
    `--cloud ibm: is no cloud here; there are ${CLOUDS.join(", ")}`,
    expect.stringMatching(/^--gcp-project is needed/),
    "",
  ]);
  expect(existsSync("stacks")).toBe(false);
  expect(existsSync("config")).toBe(false);
});

test("at a terminal it asks, says what is wrong with an answer, and asks again", async () => {
  const answers = [
    "My Linux",
    "my-linux",
    "My Company",
    "official",
    "aws",
    "",
    "",
    "nowhere",
    "eu-central-1",
    "ftp://state",
    "",
    "",
  ];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift() ?? "";
  };
  const ran = await runCli(["init", "--no-stack"], undefined, { ask });
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.err).toMatch(/needs 1 to 40 characters/);
  expect(ran.err).toMatch(/nowhere is no region of AWS/);
  expect(answers).toEqual([]);
  expect(ran.err).toMatch(/ftp:\/\/state: needs file:\/\/~, .*s3:\/\/bucket/);
  expect(asked).toHaveLength(12);
  expect(configOf("stacks/Pulumi.my-linux.yaml")).toMatchObject({
    product: { provenance: "official" },
    aws: { homeRegion: "eu-central-1" },
  });
});

test("files that are there are left as they are; a stack file that is there is refused", async () => {
  writeFileSync("package.json", "{}");
  const { err } = await init(...NAMED, "--based-on", "Debian 13", "--cloud", "aws");
  expect(err).toContain("package.json is there and is left as it is");
  expect(readFileSync("package.json", "utf8")).toBe("{}");
  const again = await init(...NAMED, "--based-on", "Debian 13", "--cloud", "aws");
  expect(again).toMatchObject({ code: 1 });
  expect(again.err).toContain("stacks/Pulumi.my-linux.yaml is there already");
});

test("what only the whole stack file breaks is told before anything is written", async () => {
  const named = ["--product", "debian-13-tuned", "--publisher", "My Company", "--based-on", "Debian 13"];
  const { code, err } = await init(...named, "--cloud", "aws");
  expect(code).toBe(1);
  expect(err).toMatch(/stacks\/Pulumi\.debian-13-tuned\.yaml:\d+: imprimatur:product.name: needs/);
  expect(existsSync("stacks")).toBe(false);
  expect(existsSync("config")).toBe(false);
});

test("a product with a short name is given a public name that Azure takes", async () => {
  const named = [
    "--product",
    "os",
    "--publisher",
    "Acme",
    "--based-on",
    "Debian 13",
    "--cloud",
    "azure",
    "--public",
  ];
  expect(await init(...named, ...AZURE)).toMatchObject({ code: 0 });
  expect(configOf("stacks/Pulumi.os.yaml")).toMatchObject({
    azure: { gallery: { sharing: { community: { publicNamePrefix: "osimages" } } } },
  });
});

test("keys in a KMS are named in the project, and nothing secret is made", async () => {
  const key = "awskms:///arn:aws:kms:eu-central-1:942837465192:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const ran = await init(
    ...[...NAMED, "--based-on", "Debian 13", "--cloud", "aws", "--backend", "s3://my-state"],
    ...["--secrets", "awskms://alias/state?region=eu-central-1", "--sign-with", key],
  );
  expect(ran).toMatchObject({ code: 0 });
  expect(configOf("stacks/Pulumi.my-linux.yaml")).toMatchObject({ record: { signWith: { kms: key } } });
  expect(readFileSync("Pulumi.yaml", "utf8")).toContain('url: "s3://my-state"');
  expect(existsSync("config")).toBe(false);
  expect(existsSync("my-linux.pub.pem")).toBe(false);
  expect(ran.out).not.toMatch(/export|Keep/);
});

test.each([
  ["--secrets", "vault://x", /--secrets vault:\/\/x: needs passphrase, awskms/],
  [
    "--sign-with",
    "awskms://alias/x",
    /--sign-with "awskms:\/\/alias\/x": needs a KMS key as cosign names it/,
  ],
  ["--ci", "jenkins", /--ci jenkins: there are github, gitlab/],
])("%s %s is refused with what is taken", async (flag, value, says) => {
  const { code, err } = await init(
    ...NAMED,
    "--official",
    "--cloud",
    "aws",
    "--backend",
    "s3://my-state",
    flag,
    value,
  );
  expect(code).toBe(2);
  expect(err).toMatch(says);
});

/** Azure takes no smaller disk than 20 MiB. */
const SECTORS = 24 * 2048;
const ROOT = {
  x86_64: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
  arm64: "b921b045-1df0-41c3-af44-4c6f280d3fae",
  any: "0fc63daf-8483-4772-8e79-3d69d8477de4",
};
const gpt = (...types: string[]) =>
  makeGpt(
    SECTORS,
    types.map((typeGuid, at) => ({
      typeGuid,
      guid: `00000000-0000-0000-0000-00000000000${at + 1}`,
      name: "",
      first: 40 + at * 100,
      last: 139 + at * 100,
    })),
  );
const MBR = makeMbr(SECTORS, [{ type: 0x83, first: 2048, count: 1000, active: true }]);
const EVERYWHERE = "--cloud aws --cloud gcp --cloud azure --gcp-project my-project".split(" ");
const withDisk = (disk: Buffer, ...flags: string[]) => {
  writeFileSync("my.raw", disk);
  return init(...NAMED, "--based-on", "Debian 13", ...EVERYWHERE, "--disk", "my.raw", ...flags);
};

const V1 = { hyperVGeneration: "V1", securityType: "Standard", diskControllerTypes: "SCSI" };
const V2 = { hyperVGeneration: "V2" };
test.each([
  { what: "UEFI, x86_64", disk: gpt(ESP_TYPE, ROOT.x86_64), starts: ["x86_64", "uefi", V2] },
  { what: "UEFI, arm64", disk: gpt(ESP_TYPE, ROOT.arm64), starts: ["arm64", "uefi", V2] },
  {
    what: "UEFI, of no type",
    disk: gpt(ESP_TYPE, ROOT.any),
    flags: ["--architecture", "arm64"],
    starts: ["arm64", "uefi", V2],
  },
  {
    what: "UEFI and BIOS",
    disk: gpt(ESP_TYPE, BIOS_BOOT_TYPE, ROOT.x86_64),
    starts: ["x86_64", "uefi-preferred", V2],
  },
  { what: "BIOS, GPT", disk: gpt(BIOS_BOOT_TYPE, ROOT.any), starts: ["x86_64", "legacy-bios", V1] },
  { what: "BIOS, MBR", disk: MBR, starts: ["x86_64", "legacy-bios", V1] },
  {
    what: "BIOS, as asked",
    disk: gpt(ESP_TYPE, ROOT.x86_64),
    flags: ["--boot-mode", "legacy-bios"],
    starts: ["x86_64", "legacy-bios", V1],
  },
] as { what: string; disk: Buffer; flags?: string[]; starts: ["x86_64" | "arm64", string, object] }[])(
  "the stack file for a disk of $what is one that its own preview takes",
  async ({ disk, flags = [], starts: [architecture, bootMode, definition] }) => {
    const ran = await withDisk(disk, "--version", "1.0.0", ...flags);
    expect(ran).toMatchObject({ code: 0 });
    const { config, imageFiles } = readStackFile("my-linux");
    expect(imageFiles.get("images/my-linux/1.0.0.json")?.images[architecture]).toMatchObject({ bootMode });
    expect(config.azure?.definition).toMatchObject({ ...definition, publisher: "MyCompany" });
  },
);

test.each([
  {
    what: "that starts nowhere",
    disk: gpt(ROOT.arm64),
    code: 1,
    says: "arm64 machines start by UEFI only",
  },
  { what: "that does not say", disk: gpt(ESP_TYPE, ROOT.any), code: 2, says: "Add --architecture" },
  {
    what: "too small for Azure",
    disk: makeMbr(4096, [{ type: 0x83, first: 64, count: 100, active: true }]),
    code: 1,
    says: "a raw disk of 20 MiB",
  },
])("a disk $what is refused before a stack file is written", async ({ disk, code, says }) => {
  const ran = await withDisk(disk);
  expect(ran.code).toBe(code);
  expect(ran.err).toContain(says);
  expect(existsSync("stacks")).toBe(false);
});
