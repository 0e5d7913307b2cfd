/** The calls of EC2 on images that are used, over the official client. */
import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type EC2Client,
  type LaunchPermissionModifications,
  ModifyImageAttributeCommand,
} from "@aws-sdk/client-ec2";

/** Who may start instances: exactly one of them; `all` is everyone. */
export interface LaunchPermission {
  Group?: "all";
  UserId?: string;
  OrganizationArn?: string;
  OrganizationalUnitArn?: string;
}

export interface ImageApi {
  /** `available`, `pending`, `disabled`, `deregistered` …; `undefined`, or InvalidAMIID.NotFound: there is none. */
  state(id: string, signal: AbortSignal): Promise<string | undefined>;
  launchPermissions(id: string, signal: AbortSignal): Promise<LaunchPermission[]>;
  modifyLaunchPermissions(
    id: string,
    change: LaunchPermissionModifications,
    signal: AbortSignal,
  ): Promise<unknown>;
}

export function imageApi(client: EC2Client): ImageApi {
  return {
    async state(id, abortSignal) {
      const command = new DescribeImagesCommand({ ImageIds: [id], IncludeDisabled: true });
      return (await client.send(command, { abortSignal })).Images?.[0]?.State;
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
