/** Leftovers on Azure: versions, definitions, galleries, disks including temporary ones, and resource groups. */
import { TAG } from "../../facts/tags";
import { GIB } from "../../facts/units";
import { openAzureSession } from "../../clouds/azure/api/session";
import {
  type GalleryVersion,
  listDefinitions,
  listGalleries,
  listVersions,
  showInGallery,
} from "../../clouds/azure/api/galleries";
import { listGroups, type Tracked } from "../../clouds/azure/api/groups";
import { listDisks, type ManagedDisk } from "../../clouds/azure/api/disks";
import { removeDisk, removeEmptyGroup, removeFromGallery } from "../../clouds/azure/remove";
import { billedFor, type Found, FREE, isOwnedBy } from "../sweep/leftover";
import type { Sweep } from "../sweep/input";

const RANK = { version: 0, definition: 1, gallery: 2, disk: 3, group: 4 } as const;
/** Temporary disk of a verification, left by a crash. */
const TEMPORARY = /^imprimatur-verify-/;

export async function sweepAzure(sweep: Sweep): Promise<Found[]> {
  const { deployment, collector, signal, owner, places, known } = sweep;
  const subscriptions = new Set([
    ...(places.subscriptions ?? []),
    ...deployment.everything.flatMap(({ id }) => /^\/subscriptions\/([^/]+)\//i.exec(id)?.[1] ?? []),
  ]);
  const session = openAzureSession(signal, collector);
  const isLeft = ({ id, tags }: Tracked) => !known.has(id.toLowerCase()) && isOwnedBy(owner, tags);

  const inGallery = (thing: Tracked, kind: "version" | "definition" | "gallery", billed: object): Found => ({
    leftover: {
      cloud: "azure",
      region: thing.location ?? "global",
      object: { kind, id: showInGallery(thing.id) },
      ...releaseOf(thing),
      why: "its tags",
      ...billed,
    },
    rank: RANK[kind],
    remove: () => removeFromGallery(session, thing.id),
  });

  const sweepSubscription = async (subscription: string): Promise<Found[]> => {
    const [galleries, disks, groups] = await Promise.all([
      collector.ask(() => listGalleries(session, subscription)),
      collector.ask(() => listDisks(session, subscription)),
      collector.ask(() => listGroups(session, subscription)),
    ]);
    if (galleries !== undefined) collector.count("subscriptions");
    // A gallery in the state may also contain leftover versions.
    const ours = (galleries ?? []).filter(
      ({ id, tags }) => isOwnedBy(owner, tags) || known.has(id.toLowerCase()),
    );
    const within = await Promise.all(
      ours.map(async (gallery) => {
        const definitions = (await collector.ask(() => listDefinitions(session, gallery.id))) ?? [];
        const versions = await Promise.all(
          definitions.map(async ({ id }) => (await collector.ask(() => listVersions(session, id))) ?? []),
        );
        return [
          ...versions
            .flat()
            .filter(isLeft)
            .map((version) => inGallery(version, "version", billedVersion(version))),
          ...definitions.filter(isLeft).map((definition) => inGallery(definition, "definition", FREE)),
        ];
      }),
    );
    return [
      ...within.flat(),
      ...ours.filter(isLeft).map((gallery) => inGallery(gallery, "gallery", FREE)),
      ...(disks ?? []).filter(isLeft).map((disk): Found => ({
        leftover: {
          cloud: "azure",
          region: disk.location ?? "global",
          object: { kind: "disk", id: disk.name },
          ...releaseOf(disk),
          why: TEMPORARY.test(disk.name) ? "made to read a version back, and left" : "its tags",
          ...(disk.properties.timeCreated && {
            createdAt: new Date(disk.properties.timeCreated).toISOString(),
          }),
          ...billedFor(gigabytesOf(disk.properties)),
        },
        rank: RANK.disk,
        remove: () => removeDisk(session, disk),
      })),
      ...(groups ?? []).filter(isLeft).map((group): Found => ({
        leftover: {
          cloud: "azure",
          region: group.location ?? "global",
          object: { kind: "resource group", id: group.name },
          why: "its tags",
          ...FREE,
        },
        rank: RANK.group,
        remove: () => removeEmptyGroup(session, group.id),
      })),
    ];
  };
  return (await Promise.all([...subscriptions].map(sweepSubscription))).flat();
}

function releaseOf({ tags }: Tracked): { release?: string } {
  const release = tags?.[TAG.release];
  return release === undefined ? {} : { release };
}

/** A disk that waits for its upload has no size yet, and is billed by the requested one. */
function gigabytesOf({ diskSizeBytes, creationData }: ManagedDisk["properties"]): number | undefined {
  const bytes = diskSizeBytes ?? creationData?.uploadSizeBytes;
  return bytes === undefined ? undefined : bytes / GIB;
}

/** Every replica in every region is billed. */
function billedVersion({ properties }: GalleryVersion): object {
  const { publishingProfile: profile, storageProfile } = properties;
  const replicas = (profile?.targetRegions ?? []).reduce(
    (sum, { regionalReplicaCount = 1 }) => sum + regionalReplicaCount,
    0,
  );
  const size = storageProfile?.osDiskImage?.sizeInGB;
  return {
    ...(profile?.publishedDate && { createdAt: new Date(profile.publishedDate).toISOString() }),
    ...billedFor(size === undefined ? undefined : size * Math.max(1, replicas)),
  };
}
