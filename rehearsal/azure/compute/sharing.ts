import { z } from "zod";
import { parseBody } from "../arm/body";
import { invalid, notAllowed } from "../arm/errors";
import type { Answer, ArmRequest } from "../arm/http";
import type { Worker } from "../arm/work";
import { accepted, type Cloud, contentsOf, keyOf, subscriptionOf } from "../cloud";
import type { Caller } from "../identity";
import type { Gallery, SharingGroup } from "../state";

/** https://learn.microsoft.com/azure/virtual-machines/share-gallery-direct#limitations */
const LIMITS = { Subscriptions: 30, AADTenants: 5 } as const;

const schema = z.strictObject({
  operationType: z.enum(["Add", "Remove", "Reset", "EnableCommunity"]),
  groups: z
    .array(z.strictObject({ type: z.enum(["Subscriptions", "AADTenants"]), ids: z.array(z.guid()).min(1) }))
    .optional(),
});

/** A shared gallery can be deleted only after a Reset. */
export const isShared = (gallery: Gallery) =>
  gallery.community?.enabled === true || gallery.groups.length > 0;

/** Shared directly with the caller's subscription or tenant, or with the requested one of these. */
export const sharesWith = (
  gallery: Gallery,
  caller: Caller,
  types: readonly SharingGroup["type"][] = ["Subscriptions", "AADTenants"],
) =>
  gallery.groups.some(
    ({ type, ids }) =>
      types.includes(type) &&
      ids.some((id) => keyOf(id) === keyOf(type === "Subscriptions" ? caller.subscription : caller.tenant)),
  );

/** The share action, which the gallery's profile merely permits: `POST …/galleries/{gallery}/share`. */
export async function share(cloud: Cloud, request: ArmRequest, gallery: Gallery): Promise<Answer> {
  const update = parseBody(schema, request.body, "SharingUpdate");
  const { operationType, groups = [] } = update;
  if (operationType === "EnableCommunity" && gallery.permissions !== "Community") {
    throw notAllowed(
      `Gallery ${gallery.name} cannot be shared to the community: its sharingProfile.permissions is ${gallery.permissions}, it must be Community.`,
      "operationType",
    );
  }
  if (operationType === "Add" || operationType === "Remove") {
    if (gallery.permissions !== "Groups") {
      throw notAllowed(
        `Gallery ${gallery.name} cannot be shared with groups: its sharingProfile.permissions is ${gallery.permissions}, it must be Groups.`,
        "operationType",
      );
    }
    if (groups.length === 0) throw invalid("groups", "Required parameter 'groups' is missing (null).");
    for (const { type, ids } of operationType === "Add" ? merged(gallery.groups, groups, "Add") : []) {
      if (ids.length > LIMITS[type])
        throw invalid(
          "groups",
          `A gallery is shared with at most ${LIMITS[type]} ${type}; ${ids.length} were asked for.`,
        );
    }
  } else if (groups.length > 0) throw invalid("groups", `The operation ${operationType} takes no groups.`);

  const operation = cloud.work.begin(subscriptionOf(gallery.id), gallery.location);
  cloud.work.add(
    { kind: "gallery.share", resource: gallery.id, detail: JSON.stringify(update) },
    cloud.work.seconds("share"),
    operation,
  );
  // Without bodies and Retry-After (azure-cli, test_shared_gallery.yaml, 2023-06-25).
  operation.isSilent = true;
  return accepted(cloud, request, operation, "capsOperations", {
    pending: { status: 202 },
    done: () => ({ status: 200 }),
  });
}

export const shareWorker =
  (cloud: Cloud): Worker =>
  async ({ resource, detail = "{}" }) => {
    const gallery = contentsOf(cloud).galleries[keyOf(resource)];
    if (!gallery) return;
    const update = JSON.parse(detail) as z.infer<typeof schema>;
    // As seen in the service's own tests (azure-cli, test_vm_commands.py): a Reset leaves permissions Private.
    if (update.operationType === "Reset") {
      gallery.permissions = "Private";
      gallery.groups = [];
      delete gallery.community;
    } else if (cloud.faults.dropsShare()) return;
    else if (update.operationType === "EnableCommunity") {
      if (gallery.community) gallery.community.enabled = true;
    } else gallery.groups = merged(gallery.groups, update.groups ?? [], update.operationType);
  };

function merged(held: SharingGroup[], given: SharingGroup[], how: "Add" | "Remove"): SharingGroup[] {
  return (["Subscriptions", "AADTenants"] as const).flatMap((type) => {
    const idsOf = (groups: SharingGroup[]) =>
      groups.filter((each) => each.type === type).flatMap(({ ids }) => ids.map(keyOf));
    const [before, named] = [idsOf(held), idsOf(given)];
    const ids =
      how === "Add" ? [...new Set([...before, ...named])] : before.filter((id) => !named.includes(id));
    return ids.length > 0 ? [{ type, ids }] : [];
  });
}
