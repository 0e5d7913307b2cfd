import { DescribeImagesCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { ec2, pointedTo } from "./aws";
import { publisherOnAzure, strangerOnAzure } from "./azure";
import { seesOnGoogle } from "./gcp";
import type { Rehearsed } from "./rehearsed";

const PUBLISHER = "111111111111";

/** Places to look in. */
interface Places {
  product: string;
  /** AWS regions. */
  regions: readonly string[];
  azureRegions: readonly string[];
}

/**
 * Everything of a product that people without any of the publisher's rights can see or are pointed to, on every
 * cloud; an empty list while none of it is public.
 */
export async function seenByStrangers(rehearsed: Rehearsed, places: Places): Promise<string[]> {
  const seen = await Promise.all([
    ...places.regions.map((region) => seenOnAws(rehearsed, places.product, region)),
    seenOnGoogle(rehearsed, places.product),
    seenOnAzure(rehearsed, places),
  ]);
  return seen.flat().sort();
}

async function seenOnAws({ env }: Rehearsed, product: string, region: string): Promise<string[]> {
  const stranger = ec2(env, region, "stranger");
  try {
    const asked = { Owners: [PUBLISHER], IncludeDeprecated: true };
    const { Images = [] } = await stranger.send(new DescribeImagesCommand(asked));
    const { Snapshots = [] } = await stranger.send(new DescribeSnapshotsCommand({ OwnerIds: [PUBLISHER] }));
    const pointer = await pointedTo(env, region, `/${product}/x86_64/latest`);
    return [
      ...Images.map(({ ImageId }) => `${region} ${ImageId}`),
      ...Snapshots.map(({ SnapshotId }) => `${region} ${SnapshotId}`),
      ...(pointer === undefined ? [] : [`${region} points to ${pointer}`]),
    ];
  } finally {
    stranger.destroy();
  }
}

async function seenOnGoogle(rehearsed: Rehearsed, product: string): Promise<string[]> {
  const images = (await rehearsed.inventory()).filter(
    ({ cloud, kind }) => cloud === "gcp" && kind === "image",
  );
  const names = [...images.map(({ name = "" }) => name), `family/${product}-x86-64`];
  const found: string[] = [];
  for (const name of names) {
    const id = `projects/rehearsal-publisher/global/images/${name}`;
    if (await seesOnGoogle(rehearsed.env, id)) found.push(id);
  }
  return found;
}

async function seenOnAzure({ env }: Rehearsed, { product, azureRegions }: Places): Promise<string[]> {
  const found: string[] = [];
  const stranger = strangerOnAzure(env);
  for await (const { sharingProfile } of publisherOnAzure(env).galleries.list()) {
    for (const gallery of sharingProfile?.communityGalleryInfo?.publicNames ?? []) {
      for (const region of azureRegions) {
        const versions = stranger.communityGalleryImageVersions.list(region, gallery, `${product}-x86_64`);
        try {
          for await (const { name } of versions) found.push(`${region} ${gallery} ${name}`);
        } catch (error) {
          // The gallery exists and has not been shared yet.
          if (!(error instanceof Error && "statusCode" in error && error.statusCode === 404)) throw error;
        }
      }
    }
  }
  return found;
}
