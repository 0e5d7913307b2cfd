/** Settings of a region that block sharing. */
import { type Finding, finding } from "../finding";

interface PublicAccess {
  /** `unblocked`, or the blocking state. */
  readonly images?: string;
  readonly snapshots?: string;
}

/** Finding if a region for public images blocks public access. */
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
