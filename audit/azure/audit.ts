/** Queries Azure for everything in a stack's state, and for unknown objects. */
import { findDisk } from "../../clouds/azure/api/disks";
import { readSharing } from "../../clouds/azure/gallery-sharing";
import { type AzureSession, openAzureSession } from "../../clouds/azure/api/session";
import {
  type Door,
  findDefinition,
  findGallery,
  findVersion,
  listVersions,
  type SharedVersion,
  versionsSeen,
} from "../../clouds/azure/api/galleries";
import { findGroup } from "../../clouds/azure/api/groups";
import type { Audit } from "../input";
import type { Finding } from "../finding";
import { compareDisk, compareGroup } from "./compare";
import { compareForStranger } from "./stranger";
import { compareGallery } from "./compare-gallery";
import { compareVersion, foreignVersions } from "./compare-version";
import { compareDefinition } from "./compare-definition";
import { type AzureExpectations, expectedOfAzure, type ExpectedVersion, key } from "./expectations";

export async function auditAzure(audit: Audit): Promise<void> {
  const { deployment, collector, signal } = audit;
  const expected = expectedOfAzure(deployment);
  const { groups, galleries, definitions, versions, disks } = expected;
  if ([...groups, ...galleries, ...disks].length === 0) return;
  const session = openAzureSession(signal, collector);

  const each = <E extends { id: string }, S>(
    what: string,
    all: readonly E[],
    find: (session: AzureSession, id: string) => Promise<S | undefined>,
    compare: (wanted: E, seen: S | undefined) => Finding[],
  ) =>
    all.map(async (wanted) => {
      // A failed query does not mean "gone".
      const found = await collector.ask(async () => ({ seen: await find(session, wanted.id) }));
      if (found === undefined) return;
      collector.count(what);
      collector.found(...compare(wanted, found.seen));
    });

  await Promise.all([
    ...each("resource groups", groups, findGroup, compareGroup),
    ...each("definitions", definitions, findDefinition, compareDefinition),
    ...each("versions", versions, findVersion, compareVersion),
    ...each("disks", disks, findDisk, compareDisk),
    ...galleries.map(async (wanted) => {
      const found = await collector.ask(async () => ({
        seen: await findGallery(session, wanted.id),
        sharing: await readSharing(session, wanted.id),
      }));
      if (found === undefined) return;
      collector.count("galleries");
      collector.found(...compareGallery(wanted, found.seen, found.sharing));
    }),
    ...definitions.map(async ({ id }) => {
      const found = await collector.ask(() => listVersions(session, id));
      if (found) collector.found(...foreignVersions(id, versions, found, deployment.identity?.stack));
    }),
  ]);
  await lookAsStranger(audit, session, expected);
}

async function lookAsStranger(
  { collector, signal, env }: Audit,
  owner: AzureSession,
  { galleries, versions }: AzureExpectations,
): Promise<void> {
  const { STRANGER_AZURE_TOKEN: token, STRANGER_AZURE_SUBSCRIPTION_ID: subscription } = env;
  if (!token || !subscription) return;
  collector.stranger = true;
  const session = openAzureSession(signal, { status: collector.status, policy: collector.policy, token });
  await Promise.all(
    galleries.map(async (gallery) => {
      const { sharing, publicName } = gallery;
      // The stranger may be in a tenant with access; that is unknown here.
      if (sharing.tenants.length > 0) return;
      const shared = sharing.community || sharing.subscriptions.includes(key(subscription));
      const door: Door = sharing.community ? "communityGalleries" : "sharedGalleries";
      const name = sharing.community
        ? (publicName ?? (await collector.ask(() => readSharing(owner, gallery.id)))?.publicName)
        : (await collector.ask(() => findGallery(owner, gallery.id)))?.properties.identifier?.uniqueName;
      if (!name) return;
      const inside = versions.filter(({ id }) => key(id).startsWith(`${key(gallery.id)}/`));
      const lists = new Map<string, Promise<readonly SharedVersion[] | undefined>>();
      await Promise.all(
        inside.map(async (version) => {
          if (version.shared === undefined) return;
          const seen = new Map<string, readonly SharedVersion[]>();
          for (const { location, definition } of placesOf(version)) {
            // One list covers all versions of a definition in a region.
            const place = `${definition}/${location}`;
            const list =
              lists.get(place) ??
              collector.ask(() =>
                versionsSeen(session, subscription, { door, gallery: name, location, definition }),
              );
            lists.set(place, list);
            const found = await list;
            if (found) seen.set(location, found);
          }
          collector.foundByStranger(...compareForStranger(version, shared && version.shared, seen));
        }),
      );
    }),
  );
}

function placesOf({ id, targetRegions }: ExpectedVersion): { location: string; definition: string }[] {
  const definition = id.split("/").at(-3) ?? "";
  return targetRegions.map(({ name }) => ({ location: name, definition }));
}
