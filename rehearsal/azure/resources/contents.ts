import { ArmError } from "../arm/errors";
import type { Worker } from "../arm/work";
import { type Cloud, contentsOf, keyOf } from "../cloud";
import { isShared } from "../compute/sharing";
import type { Group, Tracked } from "../state";

interface Member {
  map: Record<string, Tracked & { container?: string }>;
  key: string;
  type: string;
  resource: Tracked & { container?: string };
}

/** Everything in a resource group, parents before what is nested in them. */
export function resourcesOf(cloud: Cloud, group: Group): Member[] {
  const prefix = `${keyOf(group.id)}/`;
  const { disks, galleries, definitions, versions } = contentsOf(cloud);
  const typed: [Member["map"], string][] = [
    [disks, "disks"],
    [galleries, "galleries"],
    [definitions, "galleries/images"],
    [versions, "galleries/images/versions"],
  ];
  return typed.flatMap(([map, type]) =>
    Object.entries(map)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, resource]) => ({ map, key, type, resource })),
  );
}

/** A resource in a generic list, where its name includes its parents': `gallery/definition`. */
export const genericBody = ({ type, resource }: Member) => ({
  id: resource.id,
  name: resource.id
    .split("/")
    .slice(8)
    .filter((_part, index) => index % 2 === 0)
    .join("/"),
  type: `Microsoft.Compute/${type}`,
  location: resource.location,
  ...(resource.tags && { tags: resource.tags }),
});

/**
 * Deletes the group's content, then the group. A shared gallery blocks the deletion: seen in the service's own tests
 * (azure-cli, test_vm_commands.py: "gallery permissions must be reset, or the resource group can't be deleted").
 */
export const deleteGroup =
  (cloud: Cloud): Worker =>
  async (job) => {
    const contents = contentsOf(cloud);
    const group = contents.groups[keyOf(job.resource)];
    if (!group) return;
    const inside = resourcesOf(cloud, group);
    const shared = inside.filter(({ key }) => {
      const gallery = contents.galleries[key];
      return gallery && isShared(gallery);
    });
    if (shared.length > 0) {
      group.provisioningState = "Succeeded";
      throw new ArmError(
        409,
        "ResourceGroupDeletionBlocked",
        `Deletion of resource group '${group.name}' failed as resources with identifiers '${shared.map(({ resource }) => resource.id).join(",")}' could not be deleted. A gallery that is shared must be reset first.`,
      );
    }
    for (const { map, key, resource } of inside) {
      if (resource.container) await cloud.blobs.remove(resource.container);
      delete map[key];
    }
    delete contents.groups[keyOf(job.resource)];
  };
