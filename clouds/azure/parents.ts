/** Group, gallery and definitions of a publication: created by this stack, or existing ones of another owner. */
import { TAG } from "../../facts/tags";
import { failedWith } from "../failure";
import {
  findDefinition,
  findGallery,
  type GalleryDefinition,
  listDefinitions,
  showInGallery,
} from "./api/galleries";
import { findGroup, type Tracked } from "./api/groups";
import type { AzureSession } from "./api/session";
import { type GalleryShares, readSharing } from "./gallery-sharing";
import type { AzurePreflightPlan, DefinitionProperties } from "./preflight-plan";
import { otherOwner } from "./others";

type Parents = Omit<AzurePreflightPlan, "subscriptionId" | "location" | "regions" | "disks" | "versions">;

/** Problems, each with its cure. @param root `/subscriptions/<id>` */
export async function checkParents(session: AzureSession, root: string, plan: Parents): Promise<string[]> {
  const group = `${root}/resourceGroups/${plan.resourceGroup}`;
  const gallery = `${group}/providers/Microsoft.Compute/galleries/${plan.gallery}`;
  const { gallerySharing, definitionExists, stack } = plan;
  const made = (what: string, find: Find, key: string) => checkMade(plan, what, find, key);
  const found = await Promise.all([
    plan.resourceGroupExists
      ? []
      : made(`resource group ${plan.resourceGroup}`, () => findGroup(session, group), "resourceGroup"),
    gallerySharing === undefined
      ? made(`gallery ${plan.resourceGroup}/${plan.gallery}`, () => findGallery(session, gallery), "gallery")
      : checkGallery(session, gallery, plan, gallerySharing),
    // A gallery that this stack creates contains only its own definitions.
    gallerySharing === undefined || definitionExists ? [] : checkIdentifiers(session, gallery, plan),
    ...Object.keys(plan.definitions ?? {}).map(async (name) => {
      const what = `definition ${plan.gallery}/${name}`;
      const find = () => findDefinition(session, `${gallery}/images/${name}`);
      if (!definitionExists) return made(what, find, "definition");
      const there = await orNone(find);
      const problems = await checkThere(what, () => Promise.resolve(there), "definition", stack);
      const needed = plan.definitionProperties?.[name];
      return there && needed && problems.length === 0 ? differentProperties(what, there, needed) : problems;
    }),
  ]);
  return found.flat();
}

type Find = () => Promise<Tracked | undefined>;

/**
 * Checks that an object to be created does not already exist under another owner. The native provider adopts nothing,
 * and its error names no cure.
 */
async function checkMade(
  { stack, isFirst }: Parents,
  what: string,
  find: Find,
  key: string,
): Promise<string[]> {
  const found = await orNone(find);
  if (found === undefined) return [];
  const cure = `to publish into it set \`${key}.exists: true\` in imprimatur:azure, or give this stack's another name`;
  const owner = otherOwner(found, stack);
  if (owner !== undefined) return [`${what} is there, and the stack ${owner} made it; ${cure}`];
  if (found.tags?.[TAG.stack] !== undefined || !isFirst) return [];
  return [
    `${what} is there, and has no tag ${TAG.stack}: this stack did not make it; ${cure}; if somebody took its tags, run ` +
      `\`az tag update --operation Merge --tags ${TAG.stack}=${stack} --resource-id ${found.id}\``,
  ];
}

/**
 * Compares a definition's immutable properties, which Azure compares with a version's disk only after its upload: 409
 * Conflict, "has a different Hypervisor generation ['V2'] than the parent gallery image Hypervisor generation ['V1']"
 * (github.com/actions/runner-images/issues/13548, 2026-01-19; MicrosoftDocs/azure-docs#118774, 2024-01-11). Defaults:
 * REST reference, GalleryImage.
 */
function differentProperties(
  what: string,
  { properties }: GalleryDefinition,
  needed: DefinitionProperties,
): string[] {
  const defaults = { hyperVGeneration: "V1", architecture: "x64" } as Record<string, string>;
  const compared = ["osType", "osState", "hyperVGeneration", "architecture"] as const;
  return compared.flatMap((property) => {
    const told = properties[property];
    const is = typeof told === "string" ? told : (defaults[property] ?? "none");
    if (is.toLowerCase() === needed[property].toLowerCase()) return [];
    const other = property === "hyperVGeneration" ? ", or set `definition.hyperVGeneration` to that" : "";
    return [
      `${what} has ${property} ${is}, these images need ${needed[property]}, and Azure never changes that; name another definition ` +
        `(\`definition.nameTemplate\` in imprimatur:azure)${other}`,
    ];
  });
}

/**
 * Publisher, offer and SKU are unique to one definition of a gallery: REST reference, GalleryImageIdentifier, read
 * 2026-11-29.
 */
async function checkIdentifiers(
  session: AzureSession,
  gallery: string,
  { stack, definitionProperties = {} }: Parents,
): Promise<string[]> {
  const there = await listDefinitions(session, gallery);
  const spell = (identifier: unknown) => JSON.stringify(identifier ?? {}).toLowerCase();
  return Object.entries(definitionProperties).flatMap(([name, { identifier }]) => {
    const { publisher, offer, sku } = identifier;
    const other = there.find(
      (each) =>
        each.name.toLowerCase() !== name.toLowerCase() &&
        each.tags?.[TAG.stack] !== stack &&
        spell(identifierOf(each)) === spell({ publisher, offer, sku }),
    );
    if (other === undefined) return [];
    return [
      `definition ${showInGallery(gallery)}/${name} is to be ${publisher}/${offer}/${sku}, which ${showInGallery(other.id)} is already ` +
        "in this gallery; change `definition.publisher`, `definition.offer` or `definition.sku` in imprimatur:azure",
    ];
  });
}

function identifierOf({ properties }: GalleryDefinition): object {
  const { publisher, offer, sku } = (properties.identifier ?? {}) as Partial<
    DefinitionProperties["identifier"]
  >;
  return { publisher, offer, sku };
}

/**
 * Checks that an object declared as existing exists and was not created by this stack: the program, which no longer
 * creates it, would delete it.
 */
async function checkThere(what: string, find: Find, key: string, stack: string): Promise<string[]> {
  const found = await orNone(find);
  if (!found)
    return [
      `${what} does not exist; its owner has to make it, or take \`${key}.exists\` out of imprimatur:azure`,
    ];
  if (found.tags?.[TAG.stack] !== stack) return [];
  return [`${what} was made by this very stack; take \`${key}.exists\` out of imprimatur:azure`];
}

/**
 * A version created in the gallery is visible to everyone whom the gallery is shared with: that has to agree with the
 * stack file.
 */
async function checkGallery(
  session: AzureSession,
  id: string,
  { resourceGroup, gallery, stack }: Parents,
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

/** A group or gallery that does not exist yet contains nothing. */
async function orNone<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (failedWith(error, "absent")) return undefined;
    throw error;
  }
}
