import { DescribeImagesCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import type { ReleaseState } from "../../../config/release";
import { compareVersions } from "../../../config/release";
import { ec2, ssm } from "./aws";
import { strangerOnAzure } from "./azure";
import { seesOnGoogle } from "./gcp";
import { expectSuccess, Rehearsed } from "./rehearsed";
import { smallRelease } from "./small-disk";
import type { StackOutputs } from "./stack-file";
import { type Day, daysOf, type History, versionsOf } from "./history-days";

const REGIONS = [
  "eu-central-1",
  "ap-southeast-1",
  "eu-north-1",
  "eu-west-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-2",
];
const AZURE_REGIONS = ["westeurope", "eastus", "southeastasia"];
const ARCHITECTURES = ["x86_64", "arm64"] as const;
const ACCOUNT = "111111111111";
/** More public images at a time than AWS allows by default: a publisher asks for more. */
const PUBLIC_IMAGES = 20;

/**
 * The engine writes the whole state into a file after each of some 200 steps, which took most of this test's time.
 * Nothing is killed here, so one write at the end of an `up` is enough.
 */
const STATE_ONCE = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** A product's life, a release every two weeks; after each day everything is checked as a stranger. */
export function testHistory(history: History): void {
  let rehearsed: Rehearsed;
  const imageFiles = new Map<string, string>();
  /** The stack's latest outputs. */
  let outputs: StackOutputs;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("line");
    await rehearsed.fault({ cloud: "aws", kind: "quota", code: "L-0E3CBAB9", value: PUBLIC_IMAGES });
    for (const version of versionsOf(history))
      imageFiles.set(version, await smallRelease(rehearsed.checkout, "line", version, ARCHITECTURES));
  });
  afterAll(() => rehearsed?.end());

  test.each(daysOf(history).map((day, index) => ({ index, ...day })))("$index: $what", async (day) => {
    rehearsed.checkout.write("stacks/Pulumi.line.yaml", stackFile(day, imageFiles));
    expectSuccess(await rehearsed.pulumi(["up", "--yes", "--skip-preview"], { env: STATE_ONCE }));
    outputs = await rehearsed.outputs<StackOutputs>();

    const [kept, shared, published] = [
      versionsIn(day.states, ["staged", "published", "deprecated", "withdrawn"]),
      versionsIn(day.states, ["published", "deprecated"]),
      versionsIn(day.states, ["published"]),
    ];
    const newest = published.at(-1);
    expect(await holdings(rehearsed)).toEqual(expectedHoldings(day.states));
    await Promise.all([
      ...REGIONS.map((region) =>
        expectOnAws(rehearsed, outputs, { region, shared, newest, states: day.states }),
      ),
      expectOnGoogle(rehearsed, outputs, { kept, shared, newest }),
      expectOnAzure(rehearsed, outputs, { shared, newest }),
    ]);
  });

  test("is gone from every account in the end", async () => {
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
}

function stackFile({ states, reasons = {} }: Day, imageFiles: ReadonlyMap<string, string>): string {
  const releases = Object.entries(states).map(([version, state]) => ({
    version,
    state,
    imageFile: imageFiles.get(version),
    ...(state === "deprecated" && { deprecateOn: "2026-01-01T00:00:00Z", endOfLife: "2027-06-01T00:00:00Z" }),
    ...(reasons[version] !== undefined && { reason: reasons[version] }),
  }));
  return JSON.stringify({
    config: {
      "imprimatur:product": { name: "line", publisher: "Test", provenance: { basedOn: "Another" } },
      "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
      "imprimatur:releases": releases,
      "imprimatur:allow": ["make-public", "delete-published"],
      "imprimatur:aws": {
        homeRegion: REGIONS[0],
        regions: Object.fromEntries(REGIONS.map((region) => [region, {}])),
        sharing: { public: true },
        pointers: ["/line/{architecture}/latest"],
      },
      "imprimatur:gcp": {
        project: "rehearsal-publisher",
        bucket: { name: "line-archives", location: "eu" },
        sharing: { public: true },
      },
      "imprimatur:azure": {
        resourceGroup: { name: "line" },
        location: AZURE_REGIONS[0],
        gallery: {
          name: "line",
          sharing: {
            community: {
              publicNamePrefix: "imprimatur",
              publisherUri: "https://imprimatur.example",
              publisherContact: "images@imprimatur.example",
              eula: "https://imprimatur.example/eula",
            },
          },
        },
        regions: Object.fromEntries(AZURE_REGIONS.map((region) => [region, {}])),
      },
    },
  });
}

function versionsIn(states: Day["states"], wanted: readonly ReleaseState[]): string[] {
  return Object.entries(states)
    .filter(([, state]) => wanted.includes(state))
    .map(([version]) => version)
    .sort(compareVersions);
}

/** Number of objects of each kind in all accounts. */
async function holdings(rehearsed: Rehearsed): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { cloud, kind } of await rehearsed.inventory()) {
    if (kind.startsWith("blob")) continue; // Azure's storage of the bytes of disks and versions
    const key = `${cloud} ${kind}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function expectedHoldings(states: Day["states"]): Record<string, number> {
  const releases = Object.values(states);
  const each = ARCHITECTURES.length;
  const amis =
    releases.map((state) => (state === "staged" ? 1 : REGIONS.length)).reduce((a, b) => a + b, 0) * each;
  const shared = releases.filter((state) => state === "published" || state === "deprecated").length * each;
  const pointers = releases.includes("published") ? REGIONS.length * each : 0;
  const disks = releases.length * each;
  const wanted: Record<string, number> = {
    "aws image": amis,
    "aws snapshot": amis,
    "aws parameter": pointers,
    "gcp bucket": 1,
    "gcp image": disks,
    "azure resource group": 1,
    "azure gallery": 1,
    "azure image definition": releases.length > 0 ? each : 0,
    "azure image version": shared,
    "azure disk": disks,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, count]) => count > 0));
}

interface OnAws {
  region: string;
  shared: string[];
  newest: string | undefined;
  states: Day["states"];
}

async function expectOnAws(
  { env }: Rehearsed,
  { releases }: StackOutputs,
  { region, shared, newest, states }: OnAws,
): Promise<void> {
  const stranger = ec2(env, region, "stranger");
  const parameters = ssm(env, region);
  try {
    const { Images = [] } = await stranger.send(
      new DescribeImagesCommand({ Owners: [ACCOUNT], IncludeDeprecated: true }),
    );
    const found = Images.map(({ Name, DeprecationTime = "" }) => ({
      Name,
      // "At once" means within two minutes of the request.
      deprecated: Date.parse(DeprecationTime) < Date.now() + 120_000,
    }));
    const want = shared.flatMap((version) =>
      ARCHITECTURES.map((architecture) => ({
        Name: `line-${architecture}-${version}`,
        deprecated: states[version] === "deprecated",
      })),
    );
    expect({ region, found: sorted(found) }).toEqual({ region, found: sorted(want) });

    const { Snapshots = [] } = await stranger.send(new DescribeSnapshotsCommand({ OwnerIds: [ACCOUNT] }));
    expect({ region, snapshots: Snapshots.map(({ SnapshotId }) => SnapshotId).sort() }).toEqual({
      region,
      snapshots: shared
        .flatMap((version) =>
          ARCHITECTURES.map((architecture) => releases[version]!.snapshots[architecture]![region]!),
        )
        .sort(),
    });

    const { Parameters = [] } = await parameters.send(
      new GetParametersByPathCommand({ Path: "/line", Recursive: true }),
    );
    expect({
      region,
      pointers: Object.fromEntries(Parameters.map(({ Name = "", Value }) => [Name, Value])),
    }).toEqual({
      region,
      pointers:
        newest === undefined
          ? {}
          : Object.fromEntries(
              ARCHITECTURES.map((architecture) => [
                `/line/${architecture}/latest`,
                releases[newest]!.aws[architecture]![region],
              ]),
            ),
    });
  } finally {
    stranger.destroy();
    parameters.destroy();
  }
}

async function expectOnGoogle(
  { env }: Rehearsed,
  { releases }: StackOutputs,
  { kept, shared, newest }: { kept: string[]; shared: string[]; newest: string | undefined },
): Promise<void> {
  for (const architecture of ARCHITECTURES) {
    const project = "projects/rehearsal-publisher/global/images";
    const seen: string[] = [];
    for (const version of kept) {
      if ((await seesOnGoogle(env, releases[version]!.gcp![architecture]!)) !== undefined) seen.push(version);
    }
    expect({ architecture, seen }).toEqual({ architecture, seen: shared });
    const family = await seesOnGoogle(env, `${project}/family/line-${architecture.replace("_", "-")}`);
    expect({ architecture, family: family?.name }).toEqual({
      architecture,
      family: newest && releases[newest]!.gcp![architecture]!.split("/").at(-1),
    });
  }
}

async function expectOnAzure(
  { env }: Rehearsed,
  { shared: { azure } }: StackOutputs,
  { shared, newest }: { shared: string[]; newest: string | undefined },
): Promise<void> {
  const gallery = azure?.publicName ?? "";
  const stranger = strangerOnAzure(env);
  for (const architecture of shared.length > 0 ? ARCHITECTURES : []) {
    for (const region of AZURE_REGIONS) {
      const found: { name?: string; excluded?: boolean }[] = [];
      const versions = stranger.communityGalleryImageVersions.list(region, gallery, `line-${architecture}`);
      for await (const { name, excludeFromLatest } of versions)
        found.push({ name, excluded: excludeFromLatest });
      expect({ region, found: found.map(({ name }) => name).sort() }).toEqual({
        region,
        found: shared.map((version) => `0.${version}`).sort(),
      });
      const latest = found
        .filter(({ excluded }) => !excluded)
        .map(({ name = "" }) => name)
        .sort(compareVersions)
        .at(-1);
      expect({ region, latest }).toEqual({ region, latest: newest && `0.${newest}` });
    }
  }
}

function sorted<T extends { Name?: string }>(images: T[]): T[] {
  return images.sort((a, b) => (a.Name! < b.Name! ? -1 : 1));
}
