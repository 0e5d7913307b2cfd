import { createHash } from "node:crypto";
import { AdaptiveLimit } from "../../../../clouds/adaptive-limit";
import type * as ebs from "@aws-sdk/client-ebs";
import type * as ec2 from "@aws-sdk/client-ec2";
import type { LaunchPermission } from "../../../../clouds/aws/api/images";
import type { Session } from "../../../../clouds/aws/api/session";
import type { Permission } from "../../../../clouds/aws/api/snapshots";
import { tagRecord } from "../../../../clouds/aws/api/tags";
import { PATIENT } from "../../../../clouds/retry";
import { type Answers, clientsAnswering } from "./answering";

export const BLOCK = 524_288;

interface Modifications {
  Add?: LaunchPermission[];
  Remove?: LaunchPermission[];
}

interface FakeSnapshot {
  id: string;
  state: "pending" | "completed" | "error";
  visible: boolean;
  token: string;
  tags: Record<string, string>;
  blocks: Map<number, Buffer>;
  permissions: Permission[];
}

/** An error as the SDK throws it. */
export function awsError(name: string, status: number, extra: object = {}): Error {
  return Object.assign(new Error(`${name} said so`), {
    name,
    $metadata: { httpStatusCode: status },
    ...extra,
  });
}

const notFound = () => awsError("InvalidSnapshot.NotFound", 400);
const goneBlocks = () => awsError("ResourceNotFoundException", 404, { Reason: "SNAPSHOT_NOT_FOUND" });

/** One region of a small, strict cloud. `fault` is called before every call and may throw. */
export class FakeRegion {
  readonly snapshots = new Map<string, FakeSnapshot>();
  readonly calls: string[] = [];
  /** Block indices in the order in which they were stored; a block that was sent again is repeated. */
  readonly stored: number[] = [];
  /** Launch permissions by image id; an image that is not here does not exist. */
  readonly images = new Map<string, LaunchPermission[]>();
  /** The account's images that are found by name. */
  readonly named: ec2.Image[] = [];
  /** Every change of a permission, e.g. `image -all` or `snapshot +111111111111`, in their order. */
  readonly moves: string[] = [];
  fault: (call: string, index?: number) => void = () => undefined;
  /** DescribeSnapshots does not show new snapshots. */
  hideNew = false;

  count(call: string): number {
    return this.calls.filter((name) => name === call).length;
  }

  only(): FakeSnapshot {
    if (this.snapshots.size !== 1) throw new Error(`${this.snapshots.size} snapshots`);
    return [...this.snapshots.values()][0] as FakeSnapshot;
  }

  private called(name: string, index?: number): void {
    this.calls.push(name);
    this.fault(name, index);
  }

  private forgotten = new Map<string, string>();

  private pending(id: string): FakeSnapshot {
    const snapshot = this.snapshots.get(id);
    if (!snapshot) throw goneBlocks();
    if (snapshot.state !== "pending")
      throw awsError("ValidationException", 400, { Reason: "INVALID_SNAPSHOT_ID" });
    return snapshot;
  }

  private readonly blocks: Answers = {
    StartSnapshot: async ({ ClientToken: token = "", Tags }: Partial<ebs.StartSnapshotRequest>) => {
      this.called("StartSnapshot");
      const old = [...this.snapshots.values()].find((snapshot) => snapshot.token === token)?.id;
      const replay = old ?? this.forgotten.get(token);
      if (replay) return { SnapshotId: replay };
      const id = `snap-${this.snapshots.size + this.forgotten.size + 1}`;
      const visible = !this.hideNew;
      const tags = tagRecord(Tags);
      this.snapshots.set(id, {
        id,
        state: "pending",
        visible,
        token,
        tags,
        blocks: new Map(),
        permissions: [],
      });
      return { SnapshotId: id };
    },
    PutSnapshotBlock: async ({
      SnapshotId = "",
      BlockIndex = -1,
      BlockData,
      Checksum,
    }: ebs.PutSnapshotBlockRequest) => {
      this.called("PutSnapshotBlock", BlockIndex);
      const data = BlockData as unknown as Buffer;
      const sum = createHash("sha256").update(data).digest("base64");
      if (data.length !== BLOCK || sum !== Checksum) throw awsError("ValidationException", 400);
      this.pending(SnapshotId).blocks.set(BlockIndex, data);
      this.stored.push(BlockIndex);
      return { Checksum };
    },
    CompleteSnapshot: async ({
      SnapshotId = "",
      ChangedBlocksCount,
      Checksum,
    }: ebs.CompleteSnapshotRequest) => {
      this.called("CompleteSnapshot");
      const snapshot = this.pending(SnapshotId);
      const hash = createHash("sha256");
      for (const index of [...snapshot.blocks.keys()].sort((a, b) => a - b)) {
        hash.update(
          createHash("sha256")
            .update(snapshot.blocks.get(index) as Buffer)
            .digest(),
        );
      }
      const right = ChangedBlocksCount === snapshot.blocks.size && Checksum === hash.digest("base64");
      // A wrong count or checksum is accepted here and ends in `error`; see rehearsal/aws/ebs/upload.ts.
      snapshot.state = right ? "completed" : "error";
      snapshot.visible = true;
      return { Status: "pending" };
    },
    ListSnapshotBlocks: async ({ SnapshotId = "", NextToken }: ebs.ListSnapshotBlocksRequest) => {
      this.called("ListSnapshotBlocks");
      const indices = [...(this.snapshots.get(SnapshotId)?.blocks.keys() ?? [])].sort((a, b) => a - b);
      const from = Number(NextToken ?? 0);
      const Blocks = indices
        .slice(from, from + 3)
        .map((BlockIndex) => ({ BlockIndex, BlockToken: `t${BlockIndex}` }));
      return { Blocks, BlockSize: BLOCK, NextToken: from + 3 < indices.length ? `${from + 3}` : undefined };
    },
    GetSnapshotBlock: async ({ SnapshotId = "", BlockIndex = -1 }: ebs.GetSnapshotBlockRequest) => {
      this.called("GetSnapshotBlock", BlockIndex);
      const data = this.snapshots.get(SnapshotId)?.blocks.get(BlockIndex);
      if (!data) throw goneBlocks();
      const BlockData = { transformToByteArray: async () => data };
      return { BlockData, Checksum: createHash("sha256").update(data).digest("base64") };
    },
  };

  private seen(id: string): FakeSnapshot {
    const snapshot = this.snapshots.get(id);
    if (!snapshot?.visible) throw notFound();
    return snapshot;
  }

  private readonly snapshotCalls: Answers = {
    DescribeSnapshots: async ({ SnapshotIds, Filters }: ec2.DescribeSnapshotsRequest) => {
      this.called("DescribeSnapshots");
      const [filter] = Filters ?? [];
      const found = SnapshotIds
        ? SnapshotIds.map((id) => this.seen(id))
        : [...this.snapshots.values()].filter(
            ({ tags, visible }) => visible && tags[filter?.Name?.slice(4) ?? ""] === filter?.Values?.[0],
          );
      const Snapshots = found.map(({ id, state, tags }) => ({
        SnapshotId: id,
        State: state,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }));
      return { Snapshots };
    },
    DeleteSnapshot: async ({ SnapshotId: id = "" }: ec2.DeleteSnapshotRequest) => {
      this.called("DeleteSnapshot");
      const snapshot = this.snapshots.get(id);
      if (!snapshot) throw notFound();
      this.snapshots.delete(id);
      this.forgotten.set(snapshot.token, id);
    },
    CreateTags: async ({ Resources: [id = ""] = [], Tags }: ec2.CreateTagsRequest) => {
      this.called("CreateTags");
      Object.assign(this.seen(id).tags, tagRecord(Tags));
    },
    DeleteTags: async ({ Resources: [id = ""] = [], Tags = [] }: ec2.DeleteTagsRequest) => {
      this.called("DeleteTags");
      for (const { Key = "" } of Tags) delete this.seen(id).tags[Key];
    },
    DescribeSnapshotAttribute: async ({ SnapshotId: id = "" }: ec2.DescribeSnapshotAttributeRequest) => {
      this.called("DescribeSnapshotAttribute");
      return { CreateVolumePermissions: this.seen(id).permissions };
    },
    ModifySnapshotAttribute: async ({
      SnapshotId = "",
      CreateVolumePermission: change = {},
    }: ec2.ModifySnapshotAttributeRequest) => {
      this.called("ModifySnapshotAttribute");
      const snapshot = this.seen(SnapshotId);
      snapshot.permissions = this.moved("snapshot", snapshot.permissions, change);
    },
  };

  /** Deregistration protection of every image. */
  protection = "disabled";

  private readonly imageCalls: Answers = {
    DescribeImages: async ({ ImageIds }: ec2.DescribeImagesRequest) => {
      this.called("DescribeImages");
      const { protection: DeregistrationProtection } = this;
      const seen = ImageIds?.filter((id) => this.images.has(id)).map((ImageId) => ({
        ...{ ImageId, State: "available", DeregistrationProtection },
      }));
      return { Images: seen ?? this.named };
    },
    DescribeImageAttribute: async ({ ImageId: id = "" }: ec2.DescribeImageAttributeRequest) => {
      this.called("DescribeImageAttribute");
      return { LaunchPermissions: this.imageSeen(id) };
    },
    ModifyImageAttribute: async ({
      ImageId: id = "",
      LaunchPermission: change = {},
    }: ec2.ModifyImageAttributeRequest) => {
      this.called("ModifyImageAttribute");
      this.images.set(id, this.moved("image", this.imageSeen(id), change));
    },
  };

  private imageSeen(id: string): LaunchPermission[] {
    const permissions = this.images.get(id);
    if (!permissions) throw awsError("InvalidAMIID.NotFound", 400);
    return permissions;
  }

  /** AWS accepts either additions or removals, at most 500, in one call. */
  private moved(
    owner: string,
    have: LaunchPermission[],
    { Add = [], Remove = [] }: Modifications,
  ): LaunchPermission[] {
    const count = Add.length + Remove.length;
    if (count === 0 || count > 500 || (Add.length > 0 && Remove.length > 0))
      throw awsError("InvalidParameterCombination", 400);
    const word = (item: LaunchPermission) => Object.values(item).join();
    this.moves.push(
      ...Remove.map((item) => `${owner} -${word(item)}`),
      ...Add.map((item) => `${owner} +${word(item)}`),
    );
    const gone = new Set(Remove.map(word));
    return [...have.filter((item) => !gone.has(word(item))), ...Add];
  }

  /** By operation name as clients send it. */
  get answers(): Answers {
    return { ...this.blocks, ...this.snapshotCalls, ...this.imageCalls };
  }

  /** A new snapshot, not completed. */
  begin(token = ""): Promise<{ SnapshotId?: string }> {
    return this.answers.StartSnapshot?.({ ClientToken: token }, new AbortController().signal) as Promise<{
      SnapshotId?: string;
    }>;
  }

  async remove(SnapshotId: string): Promise<void> {
    await this.answers.DeleteSnapshot?.({ SnapshotId }, new AbortController().signal);
  }

  /** A session with this region whose waits take no time. */
  session(signal = new AbortController().signal): Session & { shown: string[] } {
    const shown: string[] = [];
    return {
      region: "eu-test-1",
      clients: clientsAnswering(this.answers),
      signal,
      policy: { ...PATIENT, wait: async () => undefined },
      limit: new AdaptiveLimit({ start: 4, most: 8 }),
      status: (line) => shown.push(line),
      warn: (line) => shown.push(line),
      shown,
    };
  }
}
