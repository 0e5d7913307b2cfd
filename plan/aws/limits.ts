import { PUBLIC_IMAGES_AT_FIRST } from "../../config/aws/quotas";
import type { Ledger } from "../../config/ledger";
import { INTERNAL } from "../role";
import type { Statement } from "../statement";

/** Regions in which there come to be more public images than AWS allows at first; nothing where there are no more than before. */
export function publicImageLimits(old: Ledger, now: Ledger): Statement[] {
  const [before, after] = [publicImages(old), publicImages(now)];
  const byCount = new Map<number, string[]>();
  for (const [region, count] of after) {
    if (count <= PUBLIC_IMAGES_AT_FIRST || count <= (before.get(region) ?? 0)) continue;
    byCount.set(count, [...(byCount.get(count) ?? []), region]);
  }
  return [...byCount].map(([count, regions]) => ({
    kind: "limit",
    cloud: "aws",
    regions: regions.sort(),
    object: "public image",
    count,
    to: String(PUBLIC_IMAGES_AT_FIRST),
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
