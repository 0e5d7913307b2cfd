/** EC2 calls on snapshots. */
import {
  CopySnapshotCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type CreateVolumePermissionModifications,
  type Filter,
  ModifySnapshotAttributeCommand,
  type Snapshot,
} from "@aws-sdk/client-ec2";
import { CloudFailure } from "../../failure";
import { allPages, PAGE, someNames } from "./pages";
import { call, type Session } from "./session";
import { tagList } from "./tags";

/** A grantee of permission to create volumes: `all` is everyone. */
export interface Permission {
  Group?: "all";
  UserId?: string;
}

/** By id, of any owner; or the account's own that match all filters. */
type SnapshotsAsked = { readonly ids: readonly string[] } | { readonly own: readonly Filter[] };

/**
 * @param keep selects the part of each snapshot to keep in memory: an account may have 100,000
 * @throws {CloudFailure} `absent`: one of the ids is unknown, or not visible to these credentials
 */
export function describeSnapshots(session: Session, asked: SnapshotsAsked): Promise<Snapshot[]>;
export function describeSnapshots<T>(
  session: Session,
  asked: SnapshotsAsked,
  keep: (snapshot: Snapshot) => T,
): Promise<T[]>;
export function describeSnapshots<T>(
  session: Session,
  asked: SnapshotsAsked,
  keep: (snapshot: Snapshot) => T = (snapshot) => snapshot as T,
): Promise<T[]> {
  const which =
    "ids" in asked
      ? { SnapshotIds: [...asked.ids] }
      : { OwnerIds: ["self"], Filters: asked.own.length > 0 ? [...asked.own] : undefined, MaxResults: PAGE };
  const what = ["DescribeSnapshots", ...("ids" in asked ? [someNames(asked.ids)] : [])].join(" ");
  return allPages(async (NextToken) => {
    const command = new DescribeSnapshotsCommand({ ...which, NextToken });
    const answer = await call(session, what, (abortSignal) =>
      session.clients.ec2.send(command, { abortSignal }),
    );
    return { items: (answer.Snapshots ?? []).map(keep), next: answer.NextToken };
  });
}

/** @returns the copy's id, in the same region */
export async function copySnapshot(
  session: Session,
  id: string,
  { description, tags }: { readonly description: string; readonly tags: Record<string, string> },
): Promise<string> {
  const { region, clients } = session;
  const command = new CopySnapshotCommand({
    SourceSnapshotId: id,
    SourceRegion: region,
    Description: description,
    TagSpecifications: [{ ResourceType: "snapshot", Tags: tagList(tags) }],
  });
  const { SnapshotId } = await call(session, `CopySnapshot ${id}`, (abortSignal) =>
    clients.ec2.send(command, { abortSignal }),
  );
  if (!SnapshotId) throw new CloudFailure("server", `CopySnapshot ${id} in ${region}: no id in the answer`);
  return SnapshotId;
}

/** One request: `deleteSnapshot` of ../snapshots.ts also waits for an image that still uses it. */
export async function requestDeletion(session: Session, SnapshotId: string): Promise<void> {
  await call(session, `DeleteSnapshot ${SnapshotId}`, (abortSignal) =>
    session.clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }), { abortSignal }),
  );
}

export async function createTags(session: Session, id: string, tags: Record<string, string>): Promise<void> {
  const command = new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) });
  await call(session, `CreateTags ${id}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
}

export async function deleteTags(session: Session, id: string, keys: readonly string[]): Promise<void> {
  const command = new DeleteTagsCommand({ Resources: [id], Tags: keys.map((Key) => ({ Key })) });
  await call(session, `DeleteTags ${id}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
}

export async function volumePermissionsOf(session: Session, SnapshotId: string): Promise<Permission[]> {
  const command = new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: "createVolumePermission" });
  const answer = await call(session, `DescribeSnapshotAttribute ${SnapshotId}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
  return (answer.CreateVolumePermissions ?? []).map(({ Group, UserId }) => ({ Group, UserId }));
}

export async function modifyVolumePermissions(
  session: Session,
  SnapshotId: string,
  CreateVolumePermission: CreateVolumePermissionModifications,
): Promise<void> {
  const command = new ModifySnapshotAttributeCommand({
    SnapshotId,
    Attribute: "createVolumePermission",
    CreateVolumePermission,
  });
  await call(session, `ModifySnapshotAttribute ${SnapshotId}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
}
