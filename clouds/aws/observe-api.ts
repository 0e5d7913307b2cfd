/** The calls that look at what an account has in one region, over the official clients. None of them changes anything. */
import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type DescribeImagesRequest,
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  DescribeRegionsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsRequest,
  type EC2Client,
  GetImageBlockPublicAccessStateCommand,
  GetSnapshotBlockPublicAccessStateCommand,
  type Image,
  type Instance,
  type LaunchPermission,
  type Snapshot,
} from "@aws-sdk/client-ec2";
import {
  DescribeParametersCommand,
  type DescribeParametersRequest,
  GetParametersCommand,
  type Parameter,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { parameterTags } from "./parameter-tags";
import type { Permission } from "./snapshot-api";

export interface FoundParameter {
  readonly name: string;
  readonly modified?: Date;
  readonly description?: string;
}

export interface ObserveApi {
  /** 12 digits. */
  account(signal: AbortSignal): Promise<string>;
  /** The regions that are open to the account. */
  regions(signal: AbortSignal): Promise<string[]>;
  images(
    input: DescribeImagesRequest,
    signal: AbortSignal,
  ): Promise<{ Images?: Image[]; NextToken?: string }>;
  snapshots(
    input: DescribeSnapshotsRequest,
    signal: AbortSignal,
  ): Promise<{ Snapshots?: Snapshot[]; NextToken?: string }>;
  instances(
    input: DescribeInstancesRequest,
    signal: AbortSignal,
  ): Promise<{ Instances: Instance[]; NextToken?: string }>;
  launchPermissions(imageId: string, signal: AbortSignal): Promise<LaunchPermission[]>;
  volumePermissions(snapshotId: string, signal: AbortSignal): Promise<Permission[]>;
  /** `unblocked`, or what is blocked. */
  imagePublicAccess(signal: AbortSignal): Promise<string>;
  snapshotPublicAccess(signal: AbortSignal): Promise<string>;
  /** At most ten names; those that are not there are left out. */
  parameters(names: readonly string[], signal: AbortSignal): Promise<Parameter[]>;
  /** Those with one of these names. */
  parametersDescribed(
    names: readonly string[],
    page: string | undefined,
    signal: AbortSignal,
  ): Promise<{ parameters: FoundParameter[]; next?: string }>;
  /** `undefined`: there is no such parameter. */
  parameterTags(name: string, signal: AbortSignal): Promise<Record<string, string> | undefined>;
  parametersTagged(
    tags: Readonly<Record<string, string>>,
    page: string | undefined,
    signal: AbortSignal,
  ): Promise<{ parameters: FoundParameter[]; next?: string }>;
}

export interface ObserveClients {
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
}

export function observeApi({ ec2, ssm, sts }: ObserveClients): ObserveApi {
  return {
    account: async (abortSignal) =>
      (await sts.send(new GetCallerIdentityCommand({}), { abortSignal })).Account ?? "",
    async regions(abortSignal) {
      const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}), { abortSignal });
      return Regions.flatMap(({ RegionName }) => (RegionName ? [RegionName] : []));
    },
    images: (input, abortSignal) => ec2.send(new DescribeImagesCommand(input), { abortSignal }),
    snapshots: (input, abortSignal) => ec2.send(new DescribeSnapshotsCommand(input), { abortSignal }),
    async instances(input, abortSignal) {
      const { Reservations = [], NextToken } = await ec2.send(new DescribeInstancesCommand(input), {
        abortSignal,
      });
      return { Instances: Reservations.flatMap(({ Instances = [] }) => Instances), NextToken };
    },
    async launchPermissions(ImageId, abortSignal) {
      const command = new DescribeImageAttributeCommand({ ImageId, Attribute: "launchPermission" });
      return (await ec2.send(command, { abortSignal })).LaunchPermissions ?? [];
    },
    async volumePermissions(SnapshotId, abortSignal) {
      const command = new DescribeSnapshotAttributeCommand({
        SnapshotId,
        Attribute: "createVolumePermission",
      });
      return (await ec2.send(command, { abortSignal })).CreateVolumePermissions ?? [];
    },
    async imagePublicAccess(abortSignal) {
      const answer = await ec2.send(new GetImageBlockPublicAccessStateCommand({}), { abortSignal });
      return answer.ImageBlockPublicAccessState ?? "unblocked";
    },
    async snapshotPublicAccess(abortSignal) {
      const answer = await ec2.send(new GetSnapshotBlockPublicAccessStateCommand({}), { abortSignal });
      return answer.State ?? "unblocked";
    },
    async parameters(names, abortSignal) {
      const answer = await ssm.send(new GetParametersCommand({ Names: [...names] }), { abortSignal });
      return answer.Parameters ?? [];
    },
    async parametersTagged(tags, NextToken, abortSignal) {
      const ParameterFilters = Object.entries(tags).map(([key, value]) => ({
        Key: `tag:${key}`,
        Values: [value],
      }));
      return describedParameters(ssm, { ParameterFilters, NextToken }, abortSignal);
    },
    parametersDescribed(names, NextToken, abortSignal) {
      const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: [...names] }];
      return describedParameters(ssm, { ParameterFilters, NextToken }, abortSignal);
    },
    parameterTags: (name, signal) => parameterTags(ssm, name, signal),
  };
}

async function describedParameters(
  ssm: SSMClient,
  input: DescribeParametersRequest,
  abortSignal: AbortSignal,
): Promise<{ parameters: FoundParameter[]; next?: string }> {
  const { Parameters = [], NextToken: next } = await ssm.send(new DescribeParametersCommand(input), {
    abortSignal,
  });
  const parameters = Parameters.flatMap(({ Name, LastModifiedDate, Description }) =>
    Name
      ? [
          {
            name: Name,
            ...(LastModifiedDate && { modified: LastModifiedDate }),
            ...(Description !== undefined && { description: Description }),
          },
        ]
      : [],
  );
  return { parameters, ...(next !== undefined && { next }) };
}
