import type { InventoryItem } from "../cloud";
import { BLOCK_SIZE, type World } from "./state/world";
import { imageState } from "./ec2/find-image";
import { snapshotState } from "./ec2/find-snapshot";

/** Everything that any account holds; snapshots with the bytes of their blocks that are not zeros. */
export function inventory(world: World): InventoryItem[] {
  const cloud = "aws";
  const bytes = (map: string) => {
    const names = [...world.maps.get(map).blocks.values()];
    return names.filter((name) => !world.store.isZero(name)).length * BLOCK_SIZE;
  };
  return [
    ...[...world.images.values()].map((image) => ({
      cloud,
      account: image.owner,
      region: image.region,
      kind: "image",
      id: image.id,
      name: image.name,
      state: imageState(image, { world }),
    })),
    ...[...world.snapshots.values()].map((snapshot) => ({
      cloud,
      account: snapshot.owner,
      region: snapshot.region,
      kind: "snapshot",
      id: snapshot.id,
      name: snapshot.tags["Name"] ?? snapshot.description,
      state: snapshotState(snapshot, { world }),
      bytes: bytes(snapshot.map),
    })),
    ...[...world.volumes.values()].map((volume) => ({
      cloud,
      account: volume.owner,
      region: volume.region,
      kind: "volume",
      id: volume.id,
    })),
    ...[...world.instances.values()].map((instance) => ({
      cloud,
      account: instance.owner,
      region: instance.region,
      kind: "instance",
      id: instance.id,
      state: instance.stateName,
    })),
    ...[...world.parameters.values()].map((parameter) => ({
      cloud,
      account: parameter.owner,
      region: parameter.region,
      kind: "parameter",
      id: parameter.name,
    })),
    ...[...world.kmsKeys.values()].map((key) => ({
      cloud,
      account: key.owner,
      region: key.region,
      kind: "kms-key",
      id: key.id,
      ...(key.description && { name: key.description }),
      state: key.enabled ? "Enabled" : "Disabled",
    })),
  ];
}
