import type { AwsKey } from "../../clouds/aws/identity";
import { openSession, type Session } from "../../clouds/aws/api/session";
import { imagesById, launchPermissions, snapshotsById, volumePermissions } from "../../clouds/aws/observe";
import { expectedOfAws, type ExpectedImage } from "./expectations";
import type { Deployment } from "../deployment";
import { GLANCE, type Place } from "../sight/place";

export function placesOnAws(deployment: Deployment, version: string, env: NodeJS.ProcessEnv): Place[] {
  const { STRANGER_AWS_ACCESS_KEY_ID: accessKeyId, STRANGER_AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const sessionToken = env.STRANGER_AWS_SESSION_TOKEN;
  const key: AwsKey | undefined =
    accessKeyId && secretAccessKey
      ? { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
      : undefined;
  return expectedOfAws(deployment)
    .images.filter(({ release }) => release === version)
    .map((image): Place => {
      const session = (signal: AbortSignal) => openSession(image.region, signal, { key, policy: GLANCE });
      return {
        cloud: "aws",
        called: `aws ${image.region} ${image.id}`,
        by: key ? "stranger" : "owner",
        isOpen: (signal) => (key ? isSeen(session(signal), image) : isShared(session(signal), image)),
      };
    });
}

async function isSeen(session: Session, { id, snapshotId }: ExpectedImage): Promise<boolean> {
  const snapshots = snapshotId === undefined ? [] : [snapshotId];
  const [images, seen] = await Promise.all([imagesById(session, [id]), snapshotsById(session, snapshots)]);
  return images.size + seen.size > 0;
}

async function isShared(session: Session, { id, snapshotId }: ExpectedImage): Promise<boolean> {
  const image = (await launchPermissions(session, id)) ?? [];
  const snapshot = snapshotId === undefined ? [] : ((await volumePermissions(session, snapshotId)) ?? []);
  return image.length + snapshot.length > 0;
}
