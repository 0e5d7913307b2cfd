/** What other stacks have in a gallery or a resource group that this stack made: it is theirs, and goes with the whole. */
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

/**
 * Whether a gallery may be opened or closed as a whole: not while versions of another stack are in it, whose publisher says who
 * has them.
 *
 * @param deed what is not done, as `opened to others`
 * @throws {CloudFailure} `refused`: one is. Others when Azure does not tell
 */
export async function refuseOthersVersions(
  session: AzureSession,
  galleryId: string,
  stack: string,
  deed: string,
): Promise<void> {
  const definitions = await listDefinitions(session, galleryId);
  const versions = await Promise.all(definitions.map(({ id }) => listVersions(session, id)));
  const others = namesOf(versions.flat(), stack, ({ id }) => showInGallery(id));
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
 * Whether a gallery may go, and the resource group that this stack made with it: Azure deletes a group with all that is in it.
 *
 * @throws {CloudFailure} `refused`: another stack has something there
 */
export async function refuseOthersWithin(
  session: AzureSession,
  galleryId: string,
  stack: string,
): Promise<void> {
  const definitions = await listDefinitions(session, galleryId);
  const versions = await Promise.all(definitions.map(({ id }) => listVersions(session, id)));
  const within = namesOf([...definitions, ...versions.flat()], stack, ({ id }) => showInGallery(id));
  refuse(`gallery ${showInGallery(galleryId)}`, within);
  const groupId = galleryId.split("/").slice(0, 5).join("/");
  const group = await findGroup(session, groupId);
  // One that this stack did not make stays anyway.
  if (group?.tags?.[TAG.stack] !== stack) return;
  const around = await listInGroup(session, groupId);
  refuse(
    `resource group ${groupId.split("/").at(-1)}`,
    namesOf(around, stack, ({ id }) => id.split("/").slice(7).join("/")),
  );
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
