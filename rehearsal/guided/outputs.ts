/** One image that users could start a machine from, as the stack's outputs tell it. */
export interface PublishedImage {
  version: string;
  cloud: string;
  architecture: string;
  /** Absent where ids have no region. */
  region?: string;
  id: string;
  /** The EBS snapshot under an AMI. */
  snapshotId?: string;
  /** How far the publication itself verified it: `bytes` or `archive bytes`. */
  proof?: string;
}

type ById = Record<string, string | Record<string, string>>;

const CLOUDS = ["aws", "gcp", "azure"];

/** Every image in the outputs of a stack, in the order of the clouds, architectures and regions there. */
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
