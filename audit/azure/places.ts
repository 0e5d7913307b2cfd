import { readSharing } from "../../clouds/azure/gallery-sharing";
import { type AzureSession, openAzureSession } from "../../clouds/azure/api/session";
import { type Door, findGallery, findVersion, versionsSeen } from "../../clouds/azure/api/galleries";
import { expectedOfAzure, type ExpectedGallery, key } from "./expectations";
import type { Deployment } from "../deployment";
import { GLANCE, type Place } from "../sight/place";

/** A deleted version is inaccessible, and so is an unshared gallery; only a shared one is checked as a stranger. */
export function placesOnAzure(deployment: Deployment, version: string, env: NodeJS.ProcessEnv): Place[] {
  const { galleries, versions } = expectedOfAzure(deployment);
  const { STRANGER_AZURE_TOKEN: token, STRANGER_AZURE_SUBSCRIPTION_ID: subscription } = env;
  return versions
    .filter(({ release }) => release === version)
    .flatMap((found): Place[] => {
      const gallery = galleries.find(({ id }) => key(found.id).startsWith(`${key(id)}/`));
      if (gallery === undefined || !isShared(gallery)) return [];
      const session = (signal: AbortSignal, as?: string) =>
        openAzureSession(signal, { token: as, policy: GLANCE });
      const [name, definition] = [found.id.split("/").at(-1) ?? "", found.id.split("/").at(-3) ?? ""];
      return found.targetRegions.map(({ name: location }) => ({
        cloud: "azure",
        called: `azure ${location} ${definition}/${name}`,
        by: token && subscription ? "stranger" : "owner",
        async isOpen(signal) {
          const owner = session(signal);
          if (!token || !subscription) return (await findVersion(owner, found.id)) !== undefined;
          const door: Door = gallery.sharing.community ? "communityGalleries" : "sharedGalleries";
          const called = await nameOf(gallery, owner);
          if (called === undefined) return false;
          const place = { door, gallery: called, location, definition };
          const seen = await versionsSeen(session(signal, token), subscription, place);
          return seen.some((version) => version.name === name);
        },
      }));
    });
}

function isShared({ sharing }: ExpectedGallery): boolean {
  return sharing.community || sharing.subscriptions.length + sharing.tenants.length > 0;
}

/** Its public name. */
async function nameOf(
  { id, sharing, publicName }: ExpectedGallery,
  owner: AzureSession,
): Promise<string | undefined> {
  if (sharing.community) return publicName ?? (await readSharing(owner, id))?.publicName;
  return (await findGallery(owner, id))?.properties.identifier?.uniqueName;
}
