/** Places where the release is, the fault that silences each, and the requests that close it. */
import { AZURE_REGION, PRODUCT, REGIONS, type Road } from "./stack";

export interface Place {
  readonly name: string;
  readonly cloud: "aws" | "gcp" | "azure";
  /** Selects the cloud's requests that belong to this place. */
  readonly which: object;
  /** Selects the lines of `seenByStrangers` about this place. */
  readonly isSeen: (seen: string) => boolean;
  /** A line of the clouds' log that removes access here. */
  readonly closing: RegExp;
  /** Beginning of this place's line in the list of what is still open. */
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
