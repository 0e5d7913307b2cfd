import type { InventoryItem } from "../cloud";
import { type Cloud, contentsOf, keyOf, subscriptionOf } from "./cloud";
import type { Tracked } from "./state";

/** Everything in any subscription, and every Azurite container behind it: orphaned ones are listed by themselves. */
export async function inventory(cloud: Cloud): Promise<InventoryItem[]> {
  const contents = contentsOf(cloud);
  const stored = await cloud.blobs.list();
  const bytesOf = new Map(stored.map(({ container, bytes }) => [container, bytes]));
  const accountOf = (id: string) =>
    contents.callers.find(({ subscription }) => keyOf(subscription) === keyOf(subscriptionOf(id)))?.name ??
    subscriptionOf(id);
  const items = (
    map: Record<string, Tracked & { container?: string; diskState?: string }>,
    kind: string,
  ): InventoryItem[] =>
    Object.values(map).map((resource) => ({
      cloud: "azure",
      account: accountOf(resource.id),
      region: resource.location,
      kind,
      id: resource.id,
      name: resource.name,
      state:
        resource.provisioningState === "Succeeded"
          ? (resource.diskState ?? "Succeeded")
          : resource.provisioningState,
      ...(resource.container && { bytes: bytesOf.get(resource.container) ?? 0 }),
    }));
  return [
    ...items(contents.groups, "resource group"),
    ...items(contents.galleries, "gallery"),
    ...items(contents.definitions, "image definition"),
    ...items(contents.versions, "image version"),
    ...items(contents.disks, "disk"),
    ...Object.values(contents.vaultKeys).map(({ id, enabled }) => ({
      cloud: "azure",
      account: contents.callers.find(({ name }) => name === "publisher")?.subscription ?? "",
      region: "",
      kind: "vault key",
      id,
      state: enabled ? "enabled" : "disabled",
    })),
    ...stored.map(({ container }) => ({
      cloud: "azure",
      account: contents.storage.account,
      region: "",
      kind: "blob container",
      id: container,
    })),
  ];
}
