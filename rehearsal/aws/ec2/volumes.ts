import type {
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Volume as VolumeAnswer,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Volume } from "../state/records";
import { reapInstances } from "./find-instance";
import { findSnapshot, snapshotState } from "./find-snapshot";
import { page } from "./pages";
import { tagList, tagsFor } from "./tags";

/** Volumes: created from a shared snapshot, or as root of an instance. */
export const volumeActions = {
  CreateVolume(input: CreateVolumeRequest, call: Call): VolumeAnswer {
    const snapshot = input.SnapshotId === undefined ? undefined : findSnapshot(input.SnapshotId, call);
    if (snapshot && snapshotState(snapshot, call) !== "completed") {
      throw new AwsError("IncorrectState", `The snapshot '${snapshot.id}' is not in the completed state.`);
    }
    const size = input.Size ?? snapshot?.volumeSize;
    if (size === undefined)
      throw new AwsError("MissingParameter", "The request must contain the parameter size or snapshotId");
    if (size < (snapshot?.volumeSize ?? 1)) {
      throw new AwsError(
        "InvalidParameterValue",
        `The size of a volume must be at least ${snapshot?.volumeSize ?? 1} GiB.`,
      );
    }
    const zone = input.AvailabilityZone ?? "";
    if (!zone.startsWith(call.region)) {
      throw new AwsError("InvalidZone.NotFound", `The zone '${zone}' does not exist.`);
    }
    const volume: Volume = {
      ...made("vol", call),
      snapshotId: snapshot?.id,
      map: snapshot?.map,
      size,
      zone,
      volumeType: input.VolumeType ?? "gp2",
      tags: tagsFor("volume", input.TagSpecifications, ["volume"]),
    };
    if (volume.map !== undefined) call.world.maps.hold(volume.map);
    call.world.volumes.set(call.world.key(volume), volume);
    return describeVolume(volume, call);
  },

  DescribeVolumes(input: DescribeVolumesRequest, call: Call): DescribeVolumesResult {
    reapInstances(call.world);
    const all = mine(call.world.volumes.values(), call);
    const ids = input.VolumeIds ?? [];
    const missing = ids.find((id) => !all.some((volume) => volume.id === id));
    if (missing !== undefined) throw noVolume(missing);
    refuseFilters(input.Filters);
    const found = all.filter((volume) => ids.length === 0 || ids.includes(volume.id));
    const { items, NextToken } = page(found, input, (volume) => volume.id, 5);
    return { Volumes: items.map((volume) => describeVolume(volume, call)), NextToken };
  },

  DeleteVolume(input: DeleteVolumeRequest, call: Call) {
    reapInstances(call.world);
    const volume = call.world.volumes.get(`${call.region}/${input.VolumeId}`);
    if (!volume || volume.owner !== call.account.id) throw noVolume(input.VolumeId!);
    const { attachment } = volume;
    if (attachment) {
      throw new AwsError(
        "VolumeInUse",
        `Volume ${volume.id} is currently attached to ${attachment.instance}`,
      );
    }
    call.world.volumes.delete(call.world.key(volume));
    if (volume.map !== undefined) call.world.maps.drop(volume.map);
    return {};
  },
} satisfies Actions;

function made(prefix: string, call: Call) {
  const now = call.world.now();
  const { region } = call;
  return {
    id: call.world.newId(prefix),
    region,
    owner: call.account.id,
    createdAt: now,
    visibleAt: now,
    settledAt: now,
  };
}

function mine<T extends { owner: string; region: string }>(records: Iterable<T>, call: Call): T[] {
  return [...records].filter((record) => record.owner === call.account.id && record.region === call.region);
}

function describeVolume(volume: Volume, call: Call): VolumeAnswer {
  const { attachment } = volume;
  return {
    VolumeId: volume.id,
    SnapshotId: volume.snapshotId ?? "",
    Size: volume.size,
    AvailabilityZone: volume.zone,
    State: attachment ? "in-use" : call.world.now() >= volume.createdAt + 1 ? "available" : "creating",
    CreateTime: new Date(volume.createdAt),
    VolumeType: volume.volumeType as "gp3",
    Encrypted: false,
    Attachments: attachment
      ? [
          {
            InstanceId: attachment.instance,
            VolumeId: volume.id,
            Device: attachment.device,
            State: "attached",
            DeleteOnTermination: attachment.deleteOnTermination,
          },
        ]
      : [],
    Tags: tagList(volume.tags),
  };
}

function refuseFilters(filters: unknown[] | undefined): void {
  if (filters && filters.length > 0)
    throw new AwsError("UnsupportedOperation", "Filters are not supported here");
}

function noVolume(id: string): AwsError {
  return new AwsError("InvalidVolume.NotFound", `The volume '${id}' does not exist.`);
}
