import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { searchPlacesOf } from "../../../audit/sweep/sweep";
import { CLOUD_COMMANDS } from "../../../cli/clouds";
import { demoDisk } from "../../../cli/try/files";
import type { Notes } from "../../../cli/try/place";
import { stackText } from "../../../cli/try/stack-file";
import { CLOUD_CONFIGS } from "../../../config/clouds";
import { parseStackConfig } from "../../../config/parse";
import { type Cloud, CLOUDS } from "../../../facts/clouds";
import { temporaryFolder } from "../disk/sparse-file";

const notesOf = (cloud: Cloud, account: string, regions: string[]): Notes => ({
  ...{ cloud, name: "try-0f3a9c1e", regions, account },
  ...{ passphrase: "", transcript: "", pid: 1 },
});
const SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef";
const NOTES: Readonly<Record<Cloud, Notes>> = {
  aws: notesOf("aws", "123456789012", ["eu-central-1", "us-east-1"]),
  gcp: notesOf("gcp", "some-project", ["europe-west1"]),
  azure: notesOf("azure", SUBSCRIPTION, ["westeurope", "northeurope"]),
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

describe("the demo disk", () => {
  const project = temporaryFolder();
  const put = (file: string) => {
    fs.mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
    fs.writeFileSync(path.join(project, file), "");
  };

  test("is in no installed package, which is said with what to do instead", () => {
    expect(() => demoDisk(project)).toThrow(/`npm run try` in a checkout .*imprimatur init --disk/);
  });

  test("is unpacked in a checkout, and found there", () => {
    put("tools/demo-disk.ts");
    expect(() => demoDisk(project)).toThrow("images/demo/demo.raw is not there; `npm run try` unpacks it");
    put("images/demo/demo.raw");
    expect(demoDisk(project)).toBe(path.join(project, "images/demo/demo.raw"));
  });
});
