/** Leftovers of an interrupted creation on Azure: azure-native refuses to create over an existing object. */
import { LOOKUP, wait } from "../../clouds/retry";
import { deleteDisk, findDisk, type ManagedDisk } from "../../clouds/azure/api/disks";
import { type AzureSession, openAzureSession } from "../../clouds/azure/api/session";
import {
  findDefinition,
  findGallery,
  findVersion,
  listDefinitions,
  listVersions,
  showInGallery,
} from "../../clouds/azure/api/galleries";
import { findGroup } from "../../clouds/azure/api/groups";
import { removeEmptyGroup, removeFromGallery } from "../../clouds/azure/remove";
import { CloudFailure } from "../../clouds/failure";
import { plain, record } from "../deployment";
import { isOwnedBy } from "../sweep/leftover";
import { DELETED, type FindRemnant } from "../recover/remnant";

interface Found {
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties?: unknown;
}

interface Kind {
  /** Path below the subscription; names in braces are inputs. */
  readonly path: string;
  readonly show: (id: string) => string;
  readonly find: (session: AzureSession, id: string) => Promise<Found | undefined>;
  /** Its content; if not empty, it is more than an interrupted creation. */
  readonly inside?: (session: AzureSession, id: string) => Promise<readonly unknown[]>;
  readonly remove: (session: AzureSession, id: string) => Promise<void>;
}

const GALLERY =
  "/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/galleries/{galleryName}" as const;

export const groupRemnant = remnantOf({
  path: "/resourceGroups/{resourceGroupName}",
  show: (id) => `resource group ${id.split("/").at(-1)}`,
  find: findGroup,
  // removeEmptyGroup deletes the group only if it is empty.
  remove: removeEmptyGroup,
});

export const galleryRemnant = remnantOf({
  path: GALLERY,
  show: (id) => `gallery ${showInGallery(id)}`,
  find: findGallery,
  inside: listDefinitions,
  remove: removeFromGallery,
});

export const definitionRemnant = remnantOf({
  path: `${GALLERY}/images/{galleryImageName}`,
  show: (id) => `definition ${showInGallery(id)}`,
  find: findDefinition,
  inside: listVersions,
  remove: removeFromGallery,
});

export const versionRemnant = remnantOf({
  path: `${GALLERY}/images/{galleryImageName}/versions/{galleryImageVersionName}`,
  show: (id) => `version ${showInGallery(id)}`,
  find: findVersion,
  remove: removeFromGallery,
});

export const diskRemnant = remnantOf({
  path: "/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/disks/{diskName}",
  show: (id) => `disk ${id.split("/").at(-1)}`,
  find: (session, id): Promise<ManagedDisk | undefined> => findDisk(session, id),
  remove: deleteDisk,
});

function remnantOf({ path, show, find, inside, remove }: Kind): FindRemnant {
  return async (inputs, { owner, ids, accounts: { azure: subscription }, signal, status }) => {
    const given = record(inputs);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    if (subscription === undefined || names.some((name) => plain(given[name]) === undefined))
      return undefined;
    const id = `/subscriptions/${subscription}${path.replace(/\{(\w+)\}/g, (_all, name: string) => given[name] ?? "")}`;
    if (ids.has(id.toLowerCase())) return undefined;
    const session = openAzureSession(signal, { status, policy: LOOKUP });
    const found = await find(session, id);
    if (!found) return undefined;
    const kept = !isOwnedBy(owner, found.tags)
      ? "its tags do not name this stack"
      : ((await inside?.(session, id)) ?? []).length > 0
        ? "there is something in it"
        : undefined;
    return {
      what: show(id),
      kept,
      done: DELETED,
      async resolve() {
        await untilSettled(session, show(id), () => find(session, id));
        await remove(session, id);
      },
    };
  };
}

/** A replication took over a day once (github.com/Azure/azure-cli/issues/16632). */
const SETTLED_LIMIT = 48 * 3_600_000;

/** Azure refuses to delete an object while creating it (409). */
async function untilSettled(
  session: AzureSession,
  what: string,
  look: () => Promise<Found | undefined>,
): Promise<void> {
  let waited = 0;
  for (let pace = 1_000; isBeingMade(await look()); pace = Math.min(15_000, pace * 1.5)) {
    if (waited > SETTLED_LIMIT)
      throw new CloudFailure("timeout", `${what} on Azure: not made after 48 hours`);
    session.status(`${what} is still being made; it is deleted then`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}

function isBeingMade(found: Found | undefined): boolean {
  const { provisioningState } = (found?.properties ?? {}) as { provisioningState?: string };
  return /^(creating|updating)$/i.test(provisioningState ?? "");
}
