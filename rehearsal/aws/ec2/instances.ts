import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  Instance as InstanceAnswer,
  InstanceState as StateAnswer,
  Reservation,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from "@aws-sdk/client-ec2";
import { GIB } from "../../../facts/units";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Instance } from "../state/records";
import { applyFilters, checkFilters, tagFacts } from "./filters";
import { instanceState, type InstanceState, ownInstance, reapInstances, STATE_CODES } from "./find-instance";
import { instanceType } from "./instance-types";
import { page } from "./pages";
import { tagList } from "./tags";

const FILTERS = [
  "client-token",
  "image-id",
  "instance-id",
  "instance-state-name",
  "instance-type",
  "tag-key",
];

export const instanceActions = {
  DescribeInstances(input: DescribeInstancesRequest, call: Call): DescribeInstancesResult {
    reapInstances(call.world);
    checkFilters(input.Filters, FILTERS);
    const ids = input.InstanceIds ?? [];
    if (ids.length > 0 && input.MaxResults !== undefined) {
      throw new AwsError(
        "InvalidParameterCombination",
        "The parameter instancesSet cannot be used with the parameter maxResults",
      );
    }
    const { account, region, world } = call;
    const found =
      ids.length > 0
        ? ids.map((id) => ownInstance(id, call))
        : [...world.instances.values()].filter(
            (each) => each.owner === account.id && each.region === region && world.isVisible(each),
          );
    const matching = applyFilters(found, input.Filters, (each) => (filter) => facts(each, filter, call));
    const { items, NextToken } = page(matching, input, (instance) => instance.id, 5);
    return { Reservations: items.map((instance) => reservation([instance], call)), NextToken };
  },

  /** Terminating a terminated instance is no error. */
  TerminateInstances(input: TerminateInstancesRequest, call: Call): TerminateInstancesResult {
    const { world } = call;
    const ended = (input.InstanceIds ?? []).map((id) => ownInstance(id, call));
    const answer = ended.map((instance) => {
      const PreviousState = stateAnswer(instanceState(instance, world));
      const code = "Client.UserInitiatedShutdown";
      const terminated = instance.terminated ?? {
        at: world.now(),
        by: world.after("instanceEnded"),
        reason: { code, message: `${code}: User initiated shutdown` },
      };
      const after = { ...instance, terminated };
      world.instances.set(world.key(instance), after);
      world.machines.end(instance.id);
      return {
        InstanceId: instance.id,
        CurrentState: stateAnswer(instanceState(after, world)),
        PreviousState,
      };
    });
    reapInstances(world);
    return { TerminatingInstances: answer };
  },

  /** The latest output on Nitro; else the output posted some time after the last state change. */
  GetConsoleOutput(input: GetConsoleOutputRequest, call: Call): GetConsoleOutputResult {
    const { world } = call;
    const instance = ownInstance(input.InstanceId!, call);
    const type = instanceType(instance.instanceType);
    if (input.Latest === true && type.hypervisor !== "nitro") {
      throw new AwsError(
        "UnsupportedOperation",
        "This instance type does not support retrieving the latest console logs.",
      );
    }
    const state = instanceState(instance, world);
    const shown = () =>
      state === "running"
        ? world.machines.console(instance, type.memory, () => rootOf(instance, call))
        : world.machines.lastShown(instance.id);
    const posted = world.after("consolePosted") - world.now();
    const isPosted = world.now() >= (instance.terminated?.by ?? instance.runningAt) + posted;
    const output = shown();
    const isShown = input.Latest === true || isPosted;
    return {
      InstanceId: instance.id,
      Timestamp: new Date(world.now()),
      ...(isShown && output.length > 0 && { Output: output.toString("base64") }),
    };
  },
} satisfies Actions;

function rootOf(instance: Instance, { world }: Call) {
  const volume = world.volumes.get(`${instance.region}/${instance.volumeId}`);
  if (volume?.map === undefined) return undefined;
  return { map: world.maps.get(volume.map), size: volume.size * GIB };
}

export function reservation(instances: readonly Instance[], call: Call): Reservation {
  return {
    ReservationId: `r-0${instances[0]?.id.slice(3) ?? ""}`,
    OwnerId: call.account.id,
    Groups: [],
    Instances: instances.map((instance) => describe(instance, call)),
  };
}

function describe(instance: Instance, { world }: Call): InstanceAnswer {
  const state = instanceState(instance, world);
  const { metadata } = instance;
  const ending = instance.terminated ?? instance.stopped;
  const isOver = state === "terminated";
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as "t3.micro",
    Architecture: instance.architecture as "x86_64",
    State: stateAnswer(state),
    StateReason: ending && { Code: ending.reason.code, Message: ending.reason.message },
    StateTransitionReason: ending ? `${ending.reason.message} (${new Date(ending.at).toISOString()})` : "",
    LaunchTime: new Date(instance.createdAt),
    ClientToken: instance.token ?? "",
    CurrentInstanceBootMode: instance.bootMode,
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: "ebs",
    BlockDeviceMappings: isOver
      ? []
      : [{ DeviceName: instance.rootDeviceName, Ebs: { VolumeId: instance.volumeId, Status: "attached" } }],
    MetadataOptions: {
      State: state === "pending" ? "pending" : "applied",
      HttpTokens: metadata.tokens,
      HttpEndpoint: metadata.enabled ? "enabled" : "disabled",
      HttpPutResponseHopLimit: metadata.hopLimit,
    },
    Placement: { AvailabilityZone: `${instance.region}a` },
    ...(!isOver && {
      SubnetId: instance.subnetId,
      PrivateIpAddress: instance.address,
      PublicIpAddress: instance.publicAddress,
    }),
    Tags: tagList(instance.tags),
  };
}

function stateAnswer(Name: InstanceState): StateAnswer {
  return { Code: STATE_CODES[Name], Name };
}

function facts(instance: Instance, filter: string, { world }: Call): string[] | undefined {
  switch (filter) {
    case "client-token":
      return [instance.token ?? ""];
    case "image-id":
      return [instance.imageId];
    case "instance-id":
      return [instance.id];
    case "instance-state-name":
      return [instanceState(instance, world)];
    case "instance-type":
      return [instance.instanceType];
    default:
      return tagFacts(instance.tags, filter);
  }
}
