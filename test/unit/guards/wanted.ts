/** Random stack files, and random changes of them such as a release manager makes. */
import { type Cloud, CLOUDS } from "../../../facts/clouds";
import type { ReleaseBuild } from "../../../components/cloud";
import type { Architecture, Release, ReleaseState } from "../../../config/release";
import type { StackConfig } from "../../../config/stack";
import { build, stackOf } from "../components/builds";
import type { Random } from "./random";

type Azure = "private" | "community" | "groups";

interface WantedRelease {
  readonly version: string;
  readonly state: ReleaseState;
  readonly reason: number;
  readonly both: boolean;
  /** Absent: no date. */
  readonly endOfLife?: string;
}

export interface Wanted {
  readonly releases: readonly WantedRelease[];
  /** Clouds that the stack file does not have. */
  readonly without: readonly Cloud[];
  /** In addition to the home region. */
  readonly awsRegions: readonly string[];
  readonly aws: readonly string[];
  /** Grantees in one AWS region, where they differ from those of the others. */
  readonly awsElsewhere?: readonly string[];
  readonly gcp: readonly string[];
  readonly azureRegions: readonly string[];
  readonly azure: Azure;
}

const ORGANIZATION = "arn:aws:organizations::123456789012:organization/o-abcdefghij";
const UNIT = "arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-abcd-12345678";
const AWS_GRANTEES = ["public", "111111111111", "222222222222", ORGANIZATION, UNIT];
const ENDS = ["2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z", "2033-01-01T00:00:00Z"];
const GCP_GRANTEES = ["public", "group:a@example.org"];
const [AWS_HOME, AZURE_HOME] = ["eu-central-1", "westeurope"];
const COMMUNITY = {
  ...{
    publicNamePrefix: "demonstration",
    publisherUri: "https://demo.example",
    eula: "https://demo.example/eula",
  },
  publisherContact: "images@demo.example",
};
const GROUPS = { subscriptions: ["0f5016b1-e362-4407-b5ed-78236d42a139"] };

export function firstWanted(random: Random): Wanted {
  return {
    releases: [{ version: "1.0.0", state: random.one(["staged", "published"]), reason: 0, both: false }],
    without: random.chance(0.2) ? [random.one(CLOUDS)] : [],
    awsRegions: random.some(["us-east-1"]),
    aws: random.some(AWS_GRANTEES),
    gcp: random.some(GCP_GRANTEES),
    azureRegions: random.some(["eastus"]),
    azure: random.one<Azure>(["private", "community", "groups"]),
  };
}

/** A stack on Azure alone with a gallery that others see, for lives in which only its regions change. */
export function firstInRegions(random: Random): Wanted {
  return {
    releases: [{ version: "1.0.0", state: "published", reason: 0, both: false }],
    ...{ without: ["aws", "gcp"], awsRegions: [], aws: [], gcp: [] },
    azureRegions: ["eastus", "northeurope"],
    azure: random.one<Azure>(["community", "groups"]),
  };
}

/**
 * Regions go and come back, also right after an `up` that was killed as it left them: what the closing and the
 * publication of a version keep of its regions decides then, and other changes seldom meet it.
 */
export function changedRegions(wanted: Wanted, random: Random): Wanted {
  const [release] = wanted.releases;
  if (release && random.chance(0.2)) return with_(wanted, { ...release, reason: release.reason + 1 });
  return { ...wanted, azureRegions: random.some(["eastus", "northeurope"]) };
}

/** One change; the guard refuses those that are never allowed. */
export function changed(wanted: Wanted, random: Random): Wanted {
  const { releases } = wanted;
  const all: (() => Wanted)[] = [
    () => ({ ...wanted, aws: random.some(AWS_GRANTEES) }),
    () => ({ ...wanted, awsElsewhere: random.some(AWS_GRANTEES) }),
    () => ({ ...wanted, gcp: random.some(GCP_GRANTEES) }),
    () => ({ ...wanted, awsRegions: random.some(["us-east-1", "us-west-2"]) }),
    () => ({ ...wanted, azureRegions: random.some(["eastus", "northeurope"]) }),
    // A gallery shared with subscriptions was created for that.
    () => ({
      ...wanted,
      azure: wanted.azure === "groups" ? "groups" : random.one<Azure>(["private", "community"]),
    }),
    () => {
      const version = `${Number(releases[0]?.version.split(".")[0]) + 1}.0.0`;
      const state = random.one<ReleaseState>(["staged", "published"]);
      if (releases.length > 2) return wanted;
      return { ...wanted, releases: [{ version, state, reason: 0, both: random.chance(0.3) }, ...releases] };
    },
    () => ({ ...wanted, releases: releases.filter(() => releases.length === 1 || random.chance(0.7)) }),
    ...[0, 1, 2].map(() => () => {
      const one = random.one(releases);
      const state = random.one<ReleaseState>(["published", "deprecated", "withdrawn", "published"]);
      return with_(wanted, { ...one, state, reason: one.reason + 1 });
    }),
    () => with_(wanted, { ...random.one(releases), both: true }),
    () => with_(wanted, { ...random.one(releases), endOfLife: random.one(ENDS) }),
    // A stack without a cloud cannot publish.
    () => ({ ...wanted, without: random.some(CLOUDS).slice(0, 2) }),
    () => ({ ...wanted, without: [] }),
  ];
  const next = random.one(all)();
  // A stack without releases has nothing to guard.
  return next.releases.length === 0 ? wanted : next;
}

function with_(wanted: Wanted, release: WantedRelease): Wanted {
  return {
    ...wanted,
    releases: wanted.releases.map((each) => (each.version === release.version ? release : each)),
  };
}

/** The stack file, parsed. */
export function stackFrom(wanted: Wanted): { config: StackConfig; builds: ReleaseBuild[] } {
  const builds = wanted.releases.map(({ version, state, reason, both, endOfLife }) => {
    const release: Partial<Release> = {
      ...{ version, state, protect: false, reason: `reason ${reason}` },
      ...(endOfLife && { endOfLife }),
    };
    const dated = state === "deprecated" ? { ...release, deprecateOn: "2030-01-01T00:00:00Z" } : release;
    return build(dated, (both ? ["x86_64", "arm64"] : ["x86_64"]) satisfies Architecture[]);
  });
  const awsSharing = (grantees: readonly string[]) => ({
    public: grantees.includes("public"),
    accounts: grantees.filter((each) => /^\d/.test(each)),
    organizations: grantees.filter((each) => each === ORGANIZATION),
    organizationalUnits: grantees.filter((each) => each === UNIT),
  });
  const regions = [AWS_HOME, ...wanted.awsRegions].map((region, index) => [
    region,
    index === 1 && wanted.awsElsewhere ? { sharing: awsSharing(wanted.awsElsewhere) } : {},
  ]);
  const clouds = {
    aws: {
      homeRegion: AWS_HOME,
      regions: Object.fromEntries(regions) as object,
      sharing: awsSharing(wanted.aws),
    },
    gcp: {
      project: "demo-project",
      bucket: { name: "demo-bucket", location: "eu" },
      sharing: {
        public: wanted.gcp.includes("public"),
        principals: wanted.gcp.filter((each) => each !== "public"),
      },
    },
    azure: {
      resourceGroup: { name: "demo" },
      location: AZURE_HOME,
      gallery: {
        name: "demo",
        sharing:
          wanted.azure === "community" ? { community: COMMUNITY } : wanted.azure === "groups" ? GROUPS : {},
      },
      regions: Object.fromEntries([AZURE_HOME, ...wanted.azureRegions].map((each) => [each, {}])),
    },
  };
  const there = Object.entries(clouds).filter(([cloud]) => !wanted.without.includes(cloud as Cloud));
  return { config: stackOf(Object.fromEntries(there), builds), builds };
}
