import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { searchPlacesOf } from "../../../audit/sweep/sweep";
import { CLOUD_COMMANDS } from "../../../cli/clouds";
import type { Io } from "../../../cli/io";
import { chooseDisk } from "../../../cli/try/disk";
import { COMMAND, prepareProject } from "../../../cli/try/files";
import type { Notes } from "../../../cli/try/notes";
import { TryFolder } from "../../../cli/try/place";
import { stackText } from "../../../cli/try/stack-file";
import { CLOUD_CONFIGS } from "../../../config/clouds";
import { parseStackConfig } from "../../../config/parse";
import { type Cloud, CLOUDS } from "../../../facts/clouds";
import { temporaryFolder } from "../disk/sparse-file";

const PROJECT = path.join(__dirname, "../../..");

const notesOf = (cloud: Cloud, account: string, regions: string[]): Notes => ({
  ...{ cloud, name: "try-0f3a9c1e", regions, account },
  ...{ passphrase: "", transcript: "", pid: 1 },
});
const SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef";
const PROJECT_ID = "0123456789abcdef0123456789abcdef";
const NOTES: Readonly<Record<Cloud, Notes>> = {
  aws: notesOf("aws", "123456789012", ["eu-central-1", "us-east-1"]),
  gcp: notesOf("gcp", "some-project", ["europe-west1"]),
  azure: notesOf("azure", SUBSCRIPTION, ["westeurope", "northeurope"]),
  openstack: notesOf("openstack", PROJECT_ID, ["RegionOne", "RegionTwo"]),
};

/** The config of a try's stack file. */
function configOf(notes: Notes) {
  const { config: values } = parse(stackText(notes)) as { config: Record<string, unknown> };
  const sections = Object.entries(values).map(([key, value]) => [key.replace("imprimatur:", ""), value]);
  const { config, problems } = parseStackConfig(Object.fromEntries(sections) as Record<string, unknown>);
  if (config === undefined) throw new Error(JSON.stringify(problems));
  return config;
}

test.each(CLOUDS)("the stack file of a try on %s is valid, and shares with nobody", (cloud) => {
  const config = configOf(NOTES[cloud]);
  const grantees = config.releases.flatMap((release) =>
    Object.values(CLOUD_CONFIGS[cloud].audience(config[cloud] as never, release)).flat(),
  );
  expect(config.releases).toMatchObject([{ state: "published", protect: false }]);
  expect(grantees).toEqual([]);
});

test.each<[Cloud, object]>([
  ["aws", { regions: ["eu-central-1", "eu-central-1", "us-east-1"] }],
  ["gcp", { projects: ["some-project"], buckets: ["try-0f3a9c1e-archives"] }],
  ["azure", { subscriptions: [SUBSCRIPTION] }],
  ["openstack", { regions: ["RegionOne", "RegionTwo"] }],
])(
  "what a try on %s may have left is looked for where its stack file has things made",
  async (cloud, want) => {
    const config = configOf(NOTES[cloud]);
    expect(await searchPlacesOf({ [cloud]: config[cloud] })).toEqual({ [cloud]: want });
  },
);

test.each<[Cloud, object, string[]]>([
  [
    "aws",
    { x86_64: { "eu-central-1": "ami-1", "us-east-1": "ami-2" } },
    ["ami-1 --region eu-central-1 --bytes", "ami-2 --region us-east-1 --bytes"],
  ],
  ["gcp", { x86_64: "projects/p/global/images/i" }, ["projects/p/global/images/i"]],
  [
    "azure",
    { x86_64: "/subscriptions/s/v" },
    [
      `/subscriptions/s/v --region westeurope --subscription ${SUBSCRIPTION} --resource-group try-0f3a9c1e --bytes`,
    ],
  ],
])(
  "every image on %s is verified, with its bytes where the cloud lets them be read",
  (cloud, shown, want) => {
    const questions = CLOUD_COMMANDS[cloud].try().questions(shown as never, NOTES[cloud]);
    expect(questions.map((words) => words.join(" "))).toEqual(want);
  },
);

test("the account is taken from the option, then from the cloud's variables, and asked for by its name", async () => {
  const { accountOf } = CLOUD_COMMANDS.azure.try();
  const before = { ...process.env };
  try {
    delete process.env.ARM_SUBSCRIPTION_ID;
    process.env.AZURE_SUBSCRIPTION_ID = "of-the-environment";
    expect(await accountOf("given", "westeurope")).toBe("given");
    expect(await accountOf(undefined, "westeurope")).toBe("of-the-environment");
    delete process.env.AZURE_SUBSCRIPTION_ID;
    await expect(accountOf(undefined, "westeurope")).rejects.toThrow(
      "which subscription? Say --subscription, or set ARM_SUBSCRIPTION_ID or AZURE_SUBSCRIPTION_ID",
    );
  } finally {
    process.env = before;
  }
});

test("the definition on Azure fits a disk of one's own that starts by BIOS", () => {
  const disk = { file: "/home/me/my.raw", architecture: "x86_64", bootMode: "legacy-bios" } as const;
  expect(configOf({ ...NOTES.azure, disk }).azure?.definition.hyperVGeneration).toBe("V1");
  expect(configOf(NOTES.azure).azure?.definition.hyperVGeneration).toBe("V2");
});

describe("the folder of a try", () => {
  const state = temporaryFolder();
  const before = process.env.XDG_STATE_HOME;
  beforeAll(() => void (process.env.XDG_STATE_HOME = state));
  afterAll(() => {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  });
  const make = () => TryFolder.make({ cloud: "aws", regions: ["eu-central-1"], account: "123456789012" });

  test("is a project of this installation's program, wherever the command is run", () => {
    const place = make();
    prepareProject(place);
    const { main, plugins } = parse(fs.readFileSync(place.path("Pulumi.yaml"), "utf8")) as {
      main: string;
      plugins: { providers: { path: string }[] };
    };
    const required = [...fs.readFileSync(place.path(main), "utf8").matchAll(/require\("(.+?)"\)/g)];
    expect(required.map(([, file = ""]) => path.relative(PROJECT, require.resolve(file)))).toEqual([
      expect.stringMatching(/^node_modules\/tsx\//),
      "stacks/index.ts",
    ]);
    expect(fs.existsSync(path.join(plugins.providers[0]?.path ?? "", "pulumi-resource-imprimatur"))).toBe(
      true,
    );
    expect(fs.existsSync(place.path("node_modules/@pulumi/pulumi/package.json"))).toBe(true);
    expect(fs.existsSync(COMMAND)).toBe(true);
  });

  test("is of today's installation again, where that of an earlier try is gone", () => {
    const place = make();
    fs.symlinkSync("/nowhere/node_modules", place.path("node_modules"));
    fs.writeFileSync(place.path("index.js"), 'require("/nowhere/stacks/index");\n');
    prepareProject(place);
    expect(fs.existsSync(place.path("node_modules/@pulumi/pulumi"))).toBe(true);
    expect(fs.readFileSync(place.path("index.js"), "utf8")).not.toContain("nowhere");
  });
});

const silent: Io = { out: () => {}, err: () => {}, interactive: false, exitWith: () => {} };
const elsewhere = temporaryFolder();
test("a disk that starts nowhere, or is none, is refused before anything is asked", async () => {
  const file = path.join(elsewhere, "my.raw");
  fs.writeFileSync(file, Buffer.alloc(1024 * 1024));
  await expect(chooseDisk(file, {}, silent)).rejects.toThrow(file);
  await expect(chooseDisk(path.join(elsewhere, "none.raw"), {}, silent)).rejects.toThrow("none.raw");
});
