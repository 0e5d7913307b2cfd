/** Settings of a region that stand in the way of sharing. */
import { type Finding, finding } from "../finding";

export interface PublicAccess {
  /** `unblocked`, or what is blocked. */
  readonly images?: string;
  readonly snapshots?: string;
}

/** Whether a region that is meant to hold public images still lets them be public. */
export function compareRegion(
  region: string,
  isPublic: boolean,
  { images, snapshots }: PublicAccess,
): Finding[] {
  if (!isPublic) return [];
  return (
    [
      ["image", images],
      ["snapshot", snapshots],
    ] as const
  ).flatMap(([what, state]) =>
    state === undefined || state === "unblocked"
      ? []
      : [
          finding(
            { cloud: "aws", region, object: { kind: "region", id: region } },
            {
              field: `block public access for ${what}s`,
              expected: "unblocked",
              found: state,
              kind: state === "block-all-sharing" ? "hidden" : "changed",
              repair: "none",
              cure: `before anything is shared there again: aws ec2 disable-${what}-block-public-access --region ${region}`,
            },
          ),
        ],
  );
}
