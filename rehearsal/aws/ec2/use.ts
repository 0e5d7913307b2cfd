import type {
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Instance as InstanceAnswer,
  Reservation,
  RunInstancesRequest,
  TerminateInstancesRequest,
  TerminateInstancesResult,
  Volume as VolumeAnswer,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Instance, Volume } from "../state/records";
import { findImage, imageState } from "./find-image";
import { findSnapshot, snapshotState } from "./find-snapshot";
import { page } from "./pages";
import { tagList, tagsFor } from "./tags";

/**
 * What a user of a published image does with it, as far as it shows whether they may: a volume from a shared snapshot,
 * an instance of a shared image. Nothing runs; an instance is a record that moves `lastLaunchedTime`.
 */
export const useActions = {
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
    const volume = call.world.volumes.get(`${call.region}/${input.VolumeId}`);
    if (!volume || volume.owner !== call.account.id) throw noVolume(input.VolumeId!);
    call.world.volumes.delete(call.world.key(volume));
    if (volume.map !== undefined) call.world.maps.drop(volume.map);
    return {};
  },

  RunInstances(input: RunInstancesRequest, call: Call): Reservation {
    if (input.ImageId === undefined)
      throw new AwsError("MissingParameter", "The request must contain the parameter ImageId");
    const image = findImage(input.ImageId, call);
    if (imageState(image, call) !== "available") {
      throw new AwsError("InvalidAMIID.Unavailable", `The image id '[${image.id}]' is not available`);
    }
    const tags = tagsFor("instance", input.TagSpecifications, ["instance", "volume", "network-interface"]);
    const started = Array.from({ length: input.MinCount ?? 1 }, (): Instance => {
      return {
        ...made("i", call),
        imageId: image.id,
        instanceType: input.InstanceType ?? "m1.small",
        stateName: "running",
        tags,
      };
    });
    for (const instance of started) call.world.instances.set(call.world.key(instance), instance);
    call.world.images.set(call.world.key(image), { ...image, lastLaunchedAt: call.world.now() });
    return reservation(started, call);
  },

  DescribeInstances(input: DescribeInstancesRequest, call: Call): DescribeInstancesResult {
    const all = mine(call.world.instances.values(), call);
    const ids = input.InstanceIds ?? [];
    const missing = ids.find((id) => !all.some((instance) => instance.id === id));
    if (missing !== undefined) throw noInstance(missing);
    refuseFilters(input.Filters);
    const found = all.filter((instance) => ids.length === 0 || ids.includes(instance.id));
    const { items, NextToken } = page(found, input, (instance) => instance.id, 5);
    return { Reservations: items.map((instance) => reservation([instance], call)), NextToken };
  },

  TerminateInstances(input: TerminateInstancesRequest, call: Call): TerminateInstancesResult {
    const ended = (input.InstanceIds ?? []).map((id) => {
      const instance = call.world.instances.get(`${call.region}/${id}`);
      if (!instance || instance.owner !== call.account.id) throw noInstance(id);
      return instance;
    });
    for (const instance of ended) call.world.instances.delete(call.world.key(instance));
    return {
      TerminatingInstances: ended.map((instance) => ({
        InstanceId: instance.id,
        CurrentState: { Code: 48, Name: "terminated" },
        PreviousState: { Code: 16, Name: "running" },
      })),
    };
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
  return {
    VolumeId: volume.id,
    SnapshotId: volume.snapshotId ?? "",
    Size: volume.size,
    AvailabilityZone: volume.zone,
    State: call.world.now() >= volume.createdAt + 1 ? "available" : "creating",
    CreateTime: new Date(volume.createdAt),
    VolumeType: volume.volumeType as "gp3",
    Encrypted: false,
    Attachments: [],
    Tags: tagList(volume.tags),
  };
}

function reservation(instances: Instance[], call: Call): Reservation {
  return {
    ReservationId: `r-0${instances[0]?.id.slice(3) ?? ""}`,
    OwnerId: call.account.id,
    Groups: [],
    Instances: instances.map((instance): InstanceAnswer => ({
      InstanceId: instance.id,
      ImageId: instance.imageId,
      InstanceType: instance.instanceType as "t3.micro",
      State: { Code: 16, Name: instance.stateName },
      LaunchTime: new Date(instance.createdAt),
      Tags: tagList(instance.tags),
    })),
  };
}

function refuseFilters(filters: unknown[] | undefined): void {
  if (filters && filters.length > 0)
    throw new AwsError("UnsupportedOperation", "Filters are not supported here");
}

function noVolume(id: string): AwsError {
  return new AwsError("InvalidVolume.NotFound", `The volume '${id}' does not exist.`);
}

function noInstance(id: string): AwsError {
  return new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
}
