/** The calls of EC2 on images that are used, over the official client. */
import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type EC2Client,
  type LaunchPermissionModifications,
  ModifyImageAttributeCommand,
} from "@aws-sdk/client-ec2";
import { tagRecord } from "./snapshot-api";

/** Who may start instances: exactly one of them; `all` is everyone. */
export interface LaunchPermission {
  Group?: "all";
  UserId?: string;
  OrganizationArn?: string;
  OrganizationalUnitArn?: string;
}

/** An image of the account. */
export interface OwnImage {
  readonly id: string;
  /** `available`, `pending`, `disabled` … */
  readonly state: string;
  readonly tags: Record<string, string>;
  /** Under it. */
  readonly snapshots: readonly string[];
}

export interface ImageApi {
  /** The account's own images of that name: one, or none. */
  named(name: string, signal: AbortSignal): Promise<OwnImage[]>;
  /** `available`, `pending`, `disabled`, `deregistered` …; `undefined`, or InvalidAMIID.NotFound: there is none. */
  state(id: string, signal: AbortSignal): Promise<string | undefined>;
  /** `disabled`, `enabled-with-cooldown` …; `undefined`, or InvalidAMIID.NotFound: there is no such image. */
  protection(id: string, signal: AbortSignal): Promise<string | undefined>;
  launchPermissions(id: string, signal: AbortSignal): Promise<LaunchPermission[]>;
  modifyLaunchPermissions(
    id: string,
    change: LaunchPermissionModifications,
    signal: AbortSignal,
  ): Promise<unknown>;
}

export function imageApi(client: EC2Client): ImageApi {
  return {
    async named(name, abortSignal) {
      // A disabled one keeps its name, and is left out unless it is asked for (EC2 API reference, DescribeImages, read 2026-11).
      const Filters = [{ Name: "name", Values: [name] }];
      const command = new DescribeImagesCommand({ Owners: ["self"], Filters, IncludeDisabled: true });
      const { Images = [] } = await client.send(command, { abortSignal });
      return Images.map(({ ImageId: id = "", State: state = "", Tags, BlockDeviceMappings = [] }) => ({
        id,
        state,
        tags: tagRecord(Tags),
        snapshots: BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
      }));
    },
    async state(id, abortSignal) {
      const command = new DescribeImagesCommand({ ImageIds: [id], IncludeDisabled: true });
      return (await client.send(command, { abortSignal })).Images?.[0]?.State;
    },
    async protection(id, abortSignal) {
      const command = new DescribeImagesCommand({ ImageIds: [id], IncludeDisabled: true });
      return (await client.send(command, { abortSignal })).Images?.[0]?.DeregistrationProtection;
    },
    async launchPermissions(ImageId, abortSignal) {
      const command = new DescribeImageAttributeCommand({ ImageId, Attribute: "launchPermission" });
      return (await client.send(command, { abortSignal })).LaunchPermissions ?? [];
    },
    modifyLaunchPermissions: (ImageId, LaunchPermission, abortSignal) =>
      client.send(
        new ModifyImageAttributeCommand({ ImageId, Attribute: "launchPermission", LaunchPermission }),
        { abortSignal },
      ),
  };
}
