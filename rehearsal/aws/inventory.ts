import { BLOCK_SIZE } from "../../facts/units";
import type { InventoryItem } from "../cloud";
import { type World } from "./state/world";
import { imageState } from "./ec2/find-image";
import { instanceState, reapInstances } from "./ec2/find-instance";
import { snapshotState } from "./ec2/find-snapshot";

/** Everything in any account; snapshots with the bytes of their non-zero blocks. */
export function inventory(world: World): InventoryItem[] {
  const cloud = "aws";
  reapInstances(world);
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
    // A terminated instance is shown for an hour, but is not a leftover.
    ...[...world.instances.values()].flatMap((instance) => {
      const state = instanceState(instance, world);
      if (state === "terminated") return [];
      const { owner: account, region, id } = instance;
      return [{ cloud, account, region, kind: "instance", id, name: instance.tags["Name"], state }];
    }),
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
