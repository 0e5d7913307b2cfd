/** Leftovers on Google Cloud: images of the project, and archives in the bucket. */
import { LABEL } from "../../facts/tags";
import { GIB } from "../../facts/units";
import { openGoogleSession } from "../../clouds/gcp/api/session";
import { deleteImage, listImages } from "../../clouds/gcp/api/images";
import { deleteBucket, deleteObject, findBucket, listObjects } from "../../clouds/gcp/api/objects";
import { distinctLabel, ownerLabels } from "../../config/gcp/names";
import { plain } from "../deployment";
import { billedFor, type Found, FREE } from "../sweep/leftover";
import type { Sweep } from "../sweep/input";

export async function sweepGcp(sweep: Sweep): Promise<Found[]> {
  const { deployment, collector, signal, owner, places, known } = sweep;
  const session = openGoogleSession(signal, collector);
  const stated = deployment.ofType("imprimatur:gcp:ImageArchive").map(({ inputs }) => inputs);
  const projects = new Set([
    ...(places.projects ?? []),
    ...stated.flatMap(({ project }) => plain(project) ?? []),
  ]);
  const buckets = new Set([
    ...(places.buckets ?? []),
    ...stated.flatMap(({ bucket }) => plain(bucket) ?? []),
  ]);
  const filter = `(labels.${LABEL.stack} = "${distinctLabel(owner.stack)}") (labels.${LABEL.product} = "${distinctLabel(owner.product)}")`;
  const found = await Promise.all([
    ...[...projects].map(async (project): Promise<Found[]> => {
      const images = await collector.ask(() => listImages(session, project, filter));
      if (images !== undefined) collector.count("projects");
      return (images ?? [])
        .filter(({ name }) => !known.has(`projects/${project}/global/images/${name}`.toLowerCase()))
        .map((image) => ({
          leftover: {
            cloud: "gcp",
            region: "global",
            object: { kind: "image", id: `${project}/${image.name}` },
            // In the spelling of labels.
            ...(image.labels?.[LABEL.release] && { release: image.labels[LABEL.release] }),
            why: "its labels",
            ...(image.creationTimestamp && { createdAt: new Date(image.creationTimestamp).toISOString() }),
            ...billedFor(image.archiveSizeBytes ? Number(image.archiveSizeBytes) / GIB : undefined),
          },
          rank: 0,
          remove: () => deleteImage(session, { project, image: image.name }),
        }));
    }),
    ...[...buckets].map(async (bucket): Promise<Found[]> => {
      const [objects, found] = await Promise.all([
        collector.ask(() => listObjects(session, bucket)),
        collector.ask(() => findBucket(session, bucket)),
      ]);
      if (objects !== undefined) collector.count("buckets");
      const labels = Object.entries(ownerLabels(owner));
      const left =
        found && !known.has(bucket) && labels.every(([key, value]) => found.labels?.[key] === value);
      const itself: Found = {
        leftover: {
          cloud: "gcp",
          region: "global",
          object: { kind: "bucket", id: bucket },
          why: "its labels",
          ...(found?.timeCreated && { createdAt: new Date(found.timeCreated).toISOString() }),
          ...FREE,
        },
        rank: 2,
        remove: () => deleteBucket(session, bucket),
      };
      const archives = (objects ?? [])
        .filter(
          ({ name, metadata }) =>
            metadata?.[LABEL.stack] === owner.stack &&
            metadata[LABEL.product] === owner.product &&
            !known.has(`gs://${bucket}/${name}`.toLowerCase()),
        )
        .map((object): Found => ({
          leftover: {
            cloud: "gcp",
            region: "global",
            object: { kind: "archive", id: `gs://${bucket}/${object.name}` },
            ...(object.metadata?.[LABEL.release] && {
              release: object.metadata[LABEL.release],
            }),
            why: "its metadata",
            ...(object.timeCreated && { createdAt: new Date(object.timeCreated).toISOString() }),
            ...billedFor(Number(object.size) / GIB),
          },
          rank: 1,
          remove: () => deleteObject(session, { bucket, object: object.name }),
        }));
      return left ? [...archives, itself] : archives;
    }),
  ]);
  return found.flat();
}
