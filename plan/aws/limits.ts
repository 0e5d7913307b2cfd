import { GRANTEES_AT_FIRST, PUBLIC_IMAGES_AT_FIRST } from "../../config/aws/quotas";
import type { Ledger } from "../../config/ledger";
import { INTERNAL } from "../interpret";
import type { Statement } from "../statement";

/** Numbers above AWS's default quotas, by region; none where the number does not increase. */
export function awsLimits(old: Ledger, now: Ledger): Statement[] {
  return [
    ...limits("public image", PUBLIC_IMAGES_AT_FIRST, publicImages(old), publicImages(now)),
    ...limits("grantee", GRANTEES_AT_FIRST, grantees(old), grantees(now)),
  ];
}

type Counts = ReadonlyMap<string, number>;

function limits(object: string, most: number, before: Counts, after: Counts): Statement[] {
  const byCount = new Map<number, string[]>();
  for (const [region, count] of after) {
    if (count <= most || count <= (before.get(region) ?? 0)) continue;
    byCount.set(count, [...(byCount.get(count) ?? []), region]);
  }
  return [...byCount].map(([count, regions]) => ({
    kind: "limit",
    cloud: "aws",
    regions: regions.sort(),
    object,
    count,
    to: String(most),
    ...INTERNAL,
  }));
}

/** By region. */
function publicImages(ledger: Ledger): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { audience, digests } of Object.values(ledger)) {
    for (const [region, grantees] of Object.entries(audience.aws ?? {})) {
      if (!grantees.includes("public")) continue;
      counts.set(region, (counts.get(region) ?? 0) + Object.keys(digests).length);
    }
  }
  return counts;
}

/** By region: the largest number of grantees of an image. */
function grantees(ledger: Ledger): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { audience } of Object.values(ledger)) {
    for (const [region, names] of Object.entries(audience.aws ?? {})) {
      const count = names.filter((name) => name !== "public").length;
      counts.set(region, Math.max(counts.get(region) ?? 0, count));
    }
  }
  return counts;
}
