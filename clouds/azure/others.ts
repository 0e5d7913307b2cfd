/**
 * Objects of other stacks: in a place that this one closes, or in a gallery or resource group that this one created,
 * with which they would be deleted.
 */
import { TAG } from "../../facts/tags";
import { CloudFailure } from "../failure";
import type { AzureSession } from "./api/session";
import { listDefinitions, listVersions, showInGallery } from "./api/galleries";
import { findGroup, listInGroup, type Tracked } from "./api/groups";

/** @returns the value of its tag, if that names another stack. @param stack by `ownerName` */
export function otherOwner({ tags = {} }: Pick<Tracked, "tags">, stack: string): string | undefined {
  const owner = tags[TAG.stack];
  return owner === stack ? undefined : owner;
}

/** An object of another stack is left alone, but has to be reported. */
export function refuseOthers(
  what: string,
  tags: Readonly<Record<string, string>> | undefined,
  stack: string,
): void {
  const owner = tags?.[TAG.stack];
  if (owner === stack) return;
  const tag = owner === undefined ? `it has no tag ${TAG.stack}` : `its tag ${TAG.stack} is "${owner}"`;
  throw new CloudFailure("refused", `${what} is there, and this stack did not make it (${tag})`, {
    cure: `close it by hand, or tag it ${TAG.stack}=${stack}`,
  });
}

/**
 * Refuses to open or close a gallery that contains versions of another stack, whose publisher decides on their users.
 *
 * @param deed the refused action, e.g. `opened to others`
 * @throws {CloudFailure} `refused`: it contains one. Others if the versions cannot be listed
 */
export async function refuseOthersVersions(
  session: AzureSession,
  galleryId: string,
  stack: string,
  deed: string,
): Promise<void> {
  const { versions } = await contentsOf(session, galleryId);
  const others = namesOf(versions, stack, ({ id }) => showInGallery(id));
  if (others.length === 0) return;
  throw new CloudFailure(
    "refused",
    `gallery ${showInGallery(galleryId)} is not ${deed}: it holds ${others.join(", ")}, and it is shared as a whole`,
    {
      cure:
        "agree with who publishes from there: their versions go by a withdrawal or a `destroy` of that stack; this stack's own releases " +
        "are taken away by themselves (`imprimatur withdraw`)",
    },
  );
}

/**
 * Refuses to delete a gallery, or the resource group that this stack created with it, that contains objects of
 * another stack: Azure deletes a group with everything in it.
 *
 * @throws {CloudFailure} `refused`: it contains one
 */
export async function refuseOthersWithin(
  session: AzureSession,
  galleryId: string,
  stack: string,
): Promise<void> {
  const { definitions, versions } = await contentsOf(session, galleryId);
  const within = namesOf([...definitions, ...versions], stack, ({ id }) => showInGallery(id));
  refuse(`gallery ${showInGallery(galleryId)}`, within);
  const groupId = galleryId.split("/").slice(0, 5).join("/");
  const group = await findGroup(session, groupId);
  // A group that this stack did not create is not deleted.
  if (group?.tags?.[TAG.stack] !== stack) return;
  const around = await listInGroup(session, groupId);
  refuse(
    `resource group ${groupId.split("/").at(-1)}`,
    namesOf(around, stack, ({ id }) => id.split("/").slice(7).join("/")),
  );
}

async function contentsOf(session: AzureSession, galleryId: string) {
  const definitions = await listDefinitions(session, galleryId);
  const versions = await Promise.all(definitions.map(({ id }) => listVersions(session, id)));
  return { definitions, versions: versions.flat() };
}

function refuse(whole: string, others: readonly string[]): void {
  if (others.length === 0) return;
  throw new CloudFailure(
    "refused",
    `${whole} stays: it holds ${others.join(", ")}, and they would go with it`,
    {
      cure: "destroy that stack first, or let it publish elsewhere; then run the same command again",
    },
  );
}

function namesOf<T extends Tracked>(
  things: readonly T[],
  stack: string,
  show: (thing: T) => string,
): string[] {
  return things.flatMap((thing) => {
    const owner = otherOwner(thing, stack);
    return owner === undefined ? [] : [`${show(thing)} of the stack ${owner}`];
  });
}
