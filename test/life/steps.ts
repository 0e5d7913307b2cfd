import type { Life, Line } from "./stack";
import { BEGINNING, changed, COMMUNITY, NEW, OLD, ORGANISATION } from "./stack";

/** One change of the stack file on each cloud, and the result of its `up`. */
export interface Step {
  readonly what: string;
  readonly change: Parameters<typeof changed>[1];
  /** The preview's refusal; no `up` follows, and the next step begins from the stack file as it was. */
  readonly refused?: RegExp;
  /** The ids of all images stay as they were. */
  readonly ids?: "kept";
}

const [DATE, SOONER, END] = ["2028-06-01T00:00:00Z", "2027-06-01T00:00:00Z", "2029-06-01T00:00:00Z"];

const releases = (...lines: Line[]) => ({ releases: lines });
const published = { version: OLD, state: "published" } as const;

/**
 * Applied in order, each on the result of the step before. An `up` and a look take half a minute, so several changes
 * share one.
 */
export const STEPS: readonly Step[] = [
  { what: "a staged release, every option given", change: {} },
  { what: "it is published", change: releases(published) },
  {
    what: "a deprecation date, other tags, labels and descriptions",
    change: {
      ...releases({ ...published, deprecateOn: DATE }),
      aws: { image: { description: "Another description", tags: { stage: "two", more: "1" } } },
      gcp: { image: { labels: { stage: "two", more: "1" } } },
      azure: { tags: { stage: "two", more: "1" }, gallery: { description: "Images of another life" } },
    },
    ids: "kept",
  },
  {
    what: "another date, an end of life, no tags or labels, another family, other pointers, an open gallery",
    change: {
      ...releases({ ...published, deprecateOn: SOONER, endOfLife: END }),
      aws: { pointers: ["/images/{product}/{architecture}/current"], image: { tags: undefined } },
      gcp: { family: "{product}-other-{architecture}", image: { labels: undefined } },
      azure: { tags: undefined, gallery: { description: undefined, sharing: COMMUNITY } },
    },
    ids: "kept",
  },
  {
    what: "a gallery that is open to everyone, for single subscriptions",
    change: {
      azure: {
        gallery: {
          sharing: { community: undefined, subscriptions: ["11111111-2222-4333-8444-555555555555"] },
        },
      },
    },
    refused: /open to everyone/,
  },
  {
    what: "a definition that forgets what it was made with",
    change: { azure: { definition: { hibernation: undefined } } },
    refused: /IsHibernateSupported from True to False/,
  },
  {
    what: "no dates, other people share the images, other replicas",
    change: {
      ...releases(published),
      aws: { sharing: { public: false, organizations: [ORGANISATION], organizationalUnits: undefined } },
      gcp: { sharing: { public: false, principals: ["user:somebody@example.org"] } },
      azure: { replicas: 2, gallery: { sharing: { community: undefined } } },
    },
    ids: "kept",
  },
  {
    what: "everyone has them again, regions more, another description of Google's image, which is made anew",
    change: {
      aws: { sharing: { public: true }, regions: { "sa-east-1": {} } },
      gcp: { sharing: { public: true }, image: { description: "Another description" } },
      azure: { regions: { southeastasia: { replicas: 3 } }, gallery: { sharing: COMMUNITY } },
    },
  },
  {
    what: "a region less, a newer release is staged",
    change: {
      ...releases({ version: NEW, state: "staged" }, published),
      aws: { regions: { "us-east-1": undefined } },
      azure: { regions: { eastus: undefined } },
    },
  },
  {
    what: "the newer one is published, the older one deprecated",
    change: releases(
      { version: NEW, state: "published" },
      { version: OLD, state: "deprecated", deprecateOn: "2026-11-21T00:00:00Z", endOfLife: DATE },
    ),
  },
  {
    what: "the older one is withdrawn",
    change: releases(
      { version: NEW, state: "published" },
      { version: OLD, state: "withdrawn", reason: "old" },
    ),
  },
  {
    what: "another home of AMIs, where copies of the same name are",
    change: { aws: { homeRegion: "eu-west-1" } },
    refused: /cannot move its home from eu-central-1 to eu-west-1/,
  },
  {
    what: "the same under another name",
    change: {
      aws: { homeRegion: "eu-west-1", image: { nameTemplate: "{product}-moved-{architecture}-{version}" } },
    },
  },
  {
    what: "another home of Azure's disks, where replicas are",
    change: { azure: { location: "northeurope" } },
  },
  {
    what: "another home of AMIs, where none are, the old one left out; the older release's line is removed",
    change: {
      ...releases({ version: NEW, state: "published" }),
      aws: { homeRegion: "eu-north-1", regions: { "eu-north-1": {}, "eu-west-1": undefined } },
    },
  },
  {
    what: "the newer one is withdrawn",
    change: releases({ version: NEW, state: "withdrawn", reason: "a fault" }),
  },
  {
    what: "it is published again, and the other one anew",
    change: releases({ version: NEW, state: "published", reason: "no fault" }, published),
  },
  { what: "no release has a line", change: releases() },
];

/** The stack file of each step; a refused step does not change the file that the next one begins from. */
export function livesOf(steps: readonly Step[]): Life[] {
  let life = BEGINNING;
  return steps.map(({ change, refused }) => {
    const next = changed(life, change);
    if (refused === undefined) life = next;
    return next;
  });
}
