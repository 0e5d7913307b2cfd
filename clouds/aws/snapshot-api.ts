/** The calls of EC2 on snapshots that are used, over the official client. */
import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsRequest,
  type EC2Client,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeRequest,
  type Snapshot,
} from "@aws-sdk/client-ec2";

/** Who may create volumes: `all` is everyone. */
export interface Permission {
  Group?: "all";
  UserId?: string;
}

export interface SnapshotApi {
  describeSnapshots(
    input: DescribeSnapshotsRequest,
    signal: AbortSignal,
  ): Promise<{ Snapshots?: Snapshot[]; NextToken?: string }>;
  deleteSnapshot(id: string, signal: AbortSignal): Promise<unknown>;
  createTags(id: string, tags: Record<string, string>, signal: AbortSignal): Promise<unknown>;
  deleteTags(id: string, keys: readonly string[], signal: AbortSignal): Promise<unknown>;
  permissions(id: string, signal: AbortSignal): Promise<Permission[]>;
  modifySnapshotAttribute(input: ModifySnapshotAttributeRequest, signal: AbortSignal): Promise<unknown>;
}

export function snapshotApi(client: EC2Client): SnapshotApi {
  return {
    describeSnapshots: (input, abortSignal) =>
      client.send(new DescribeSnapshotsCommand(input), { abortSignal }),
    deleteSnapshot: (SnapshotId, abortSignal) =>
      client.send(new DeleteSnapshotCommand({ SnapshotId }), { abortSignal }),
    createTags: (id, tags, abortSignal) =>
      client.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) }), { abortSignal }),
    deleteTags: (id, keys, abortSignal) =>
      client.send(new DeleteTagsCommand({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }), {
        abortSignal,
      }),
    async permissions(SnapshotId, abortSignal) {
      const command = new DescribeSnapshotAttributeCommand({
        SnapshotId,
        Attribute: "createVolumePermission",
      });
      const answer = await client.send(command, { abortSignal });
      return (answer.CreateVolumePermissions ?? []).map(({ Group, UserId }) => ({ Group, UserId }));
    },
    modifySnapshotAttribute: (input, abortSignal) =>
      client.send(new ModifySnapshotAttributeCommand(input), { abortSignal }),
  };
}

export function tagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagRecord(
  tags: readonly { Key?: string; Value?: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
