/** One published image, from the stack's outputs. */
import { CLOUDS } from "../../facts/clouds";

export interface PublishedImage {
  version: string;
  cloud: string;
  architecture: string;
  /** Absent if ids have no region. */
  region?: string;
  id: string;
  /** The EBS snapshot of an AMI. */
  snapshotId?: string;
  /** Extent of the publication's own verification: `bytes` or `archive bytes`. */
  proof?: string;
}

type ById = Record<string, string | Record<string, string>>;

/** Every image in a stack's outputs, in the order of clouds, architectures and regions there. */
export function publishedImages(outputs: unknown): PublishedImage[] {
  const releases = (outputs as { releases?: Record<string, Record<string, unknown>> }).releases ?? {};
  return Object.entries(releases).flatMap(([version, shown]) =>
    CLOUDS.flatMap((cloud) =>
      flatten(shown[cloud] as ById | undefined).map(({ architecture, region, value }) => {
        const proofs = (shown.proof as Record<string, ById> | undefined)?.[cloud];
        const snapshots = cloud === "aws" ? (shown.snapshots as ById | undefined) : undefined;
        return {
          version,
          cloud,
          architecture,
          id: value,
          ...(region !== undefined && { region }),
          snapshotId: cell(snapshots, architecture, region),
          proof: cell(proofs, architecture, region),
        };
      }),
    ),
  );
}

function flatten(table: ById = {}): { architecture: string; region?: string; value: string }[] {
  return Object.entries(table).flatMap(([architecture, value]) =>
    typeof value === "string"
      ? [{ architecture, value }]
      : Object.entries(value).map(([region, id]) => ({ architecture, region, value: id })),
  );
}

function cell(table: ById | undefined, architecture: string, region: string | undefined): string | undefined {
  const value = table?.[architecture];
  return typeof value === "string" || value === undefined ? value : value[region ?? ""];
}
