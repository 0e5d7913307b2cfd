/** Group, gallery and definitions of a publication: made by this stack, or there already and another's. */
import { TAG } from "../../facts/tags";
import { failedWith } from "../failure";
import { type GalleryShares, readSharing } from "./galleries";
import type { AzureSession } from "./http";
import { findDefinition, findGallery, findGroup, type Tracked } from "./observe";
import { otherOwner } from "./others";

export interface PlannedParents {
  readonly resourceGroup: string;
  readonly resourceGroupExists: boolean;
  readonly gallery: string;
  /** How the gallery, which is there, is shared by its owner. Absent: the program makes the gallery. */
  readonly gallerySharing?: GalleryShares;
  /** By the names of the definitions that versions are made in. */
  readonly definitions?: Readonly<Record<string, string>>;
  /** They are there. Absent: the program makes them. */
  readonly definitionExists?: boolean;
  /** By `ownerName`. */
  readonly stack: string;
}

/** Problems, each with its cure. @param root `/subscriptions/<id>` */
export async function checkParents(
  session: AzureSession,
  root: string,
  plan: PlannedParents,
): Promise<string[]> {
  const group = `${root}/resourceGroups/${plan.resourceGroup}`;
  const gallery = `${group}/providers/Microsoft.Compute/galleries/${plan.gallery}`;
  const found = await Promise.all([
    plan.resourceGroupExists
      ? []
      : checkMade(
          `resource group ${plan.resourceGroup}`,
          () => findGroup(session, group),
          plan.stack,
          "resourceGroup",
        ),
    plan.gallerySharing === undefined
      ? checkMade(
          `gallery ${plan.resourceGroup}/${plan.gallery}`,
          () => findGallery(session, gallery),
          plan.stack,
          "gallery",
        )
      : checkGallery(session, gallery, plan, plan.gallerySharing),
    ...Object.keys(plan.definitions ?? {}).map((name) => {
      const what = `definition ${plan.gallery}/${name}`;
      const find = () => findDefinition(session, `${gallery}/images/${name}`);
      return plan.definitionExists
        ? checkThere(what, find, "definition", plan.stack)
        : checkMade(what, find, plan.stack, "definition");
    }),
  ]);
  return found.flat();
}

type Find = () => Promise<Tracked | undefined>;

/** What the program makes: nobody else has made it. */
async function checkMade(what: string, find: Find, stack: string, key: string): Promise<string[]> {
  const found = await orNone(find);
  const owner = found && otherOwner(found, stack);
  if (owner === undefined) return [];
  return [
    `${what} is there, and the stack ${owner} made it; to publish into it set \`${key}.exists: true\` in imprimatur:azure, ` +
      "or give this stack's another name",
  ];
}

/** What is there, and was not made by this stack: it would delete it, as it makes it no more. */
async function checkThere(what: string, find: Find, key: string, stack: string): Promise<string[]> {
  const found = await orNone(find);
  if (!found)
    return [
      `${what} does not exist; its owner has to make it, or take \`${key}.exists\` out of imprimatur:azure`,
    ];
  if (found.tags?.[TAG.stack] !== stack) return [];
  return [`${what} was made by this very stack; take \`${key}.exists\` out of imprimatur:azure`];
}

/** Whoever makes a version in it gives that to whom the gallery is shared with: that has to be what the stack file says. */
async function checkGallery(
  session: AzureSession,
  id: string,
  { resourceGroup, gallery, stack }: PlannedParents,
  stated: GalleryShares,
): Promise<string[]> {
  const what = `gallery ${resourceGroup}/${gallery}`;
  const found = await orNone(() => readSharing(session, id));
  const problems = await checkThere(
    what,
    () => Promise.resolve(found && { id, name: gallery, ...found }),
    "gallery",
    stack,
  );
  if (!found || problems.length > 0) return problems;
  const [is, said] = [found, stated].map(({ community, subscriptions, tenants }) =>
    [
      ...(community ? ["everyone"] : []),
      ...[...subscriptions, ...tenants].map((each) => each.toLowerCase()).sort(),
    ].join(", "),
  );
  if (is === said) return [];
  return [
    `${what} is shared with ${is || "nobody"}, and \`gallery.sharing\` in imprimatur:azure says ${said || "nobody"}; what is published ` +
      "there is seen by whom its owner shares it with: write down these, or ask the owner to change it",
  ];
}

/** A group or gallery that is not made yet holds nothing. */
async function orNone<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (failedWith(error, "absent")) return undefined;
    throw error;
  }
}
