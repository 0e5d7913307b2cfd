/** Where the release is, what silences a place, and which requests are its closing. */
import { AZURE_REGION, PRODUCT, REGIONS, type Road } from "./stack";

export interface Place {
  readonly name: string;
  readonly cloud: "aws" | "gcp" | "azure";
  /** Which of the cloud's requests are its own. */
  readonly which: object;
  /** What strangers see of it, as `seenByStrangers` tells it. */
  readonly isSeen: (seen: string) => boolean;
  /** A line of the clouds' log that takes something away here. */
  readonly closing: RegExp;
  /** What its line in what is still open begins with. */
  readonly called: RegExp;
}

export const PLACES: readonly Place[] = [
  ...REGIONS.map((region): Place => ({
    name: `aws ${region}`,
    cloud: "aws",
    which: { region, account: "publisher" },
    isSeen: (seen) => seen.startsWith(`${region} `),
    closing: new RegExp(` Modify(Image|Snapshot)Attribute ${region} `),
    called: new RegExp(`AMI ${PRODUCT}\\S* in ${region} is still open`),
  })),
  {
    name: "gcp",
    cloud: "gcp",
    which: { service: "compute" },
    isSeen: (seen) => seen.startsWith("projects/"),
    closing: /setIamPolicy/,
    called: /Compute Engine image \S+ is still open/,
  },
  {
    name: "azure",
    cloud: "azure",
    which: { service: "compute" },
    isSeen: (seen) => seen.startsWith(`${AZURE_REGION} `),
    closing: /DELETE \S*\/versions\/|POST \S*\/share/,
    called: /gallery (version )?\S+ is still open/,
  },
];

/** The places that a road closes. */
export function closedBy(road: Road): readonly Place[] {
  return road === "remove" ? PLACES.filter(({ name }) => name !== `aws ${REGIONS[0]}`) : PLACES;
}
