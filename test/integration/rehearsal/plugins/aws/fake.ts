import type { Image } from "@aws-sdk/client-ec2";
import type { Session } from "../../../../../rehearsal/plugins/aws/session";

/** The calls of EC2 and SSM that the plugin makes, answered from memory; everything is available at once. */
export class FakeAws implements Session {
  readonly region = "eu-central-1";
  readonly calls: string[] = [];
  readonly images = new Map<string, Image>();
  readonly permissions = new Map<string, object[]>();
  readonly snapshots = new Set<string>();
  /** Thrown by the next call of that name. */
  readonly failures = new Map<string, { name: string; message: string }>();
  private next = 1;

  constructor(readonly defaultTags: Record<string, string> = {}) {}

  identity = async () => ({ accountId: "111111111111", arn: "arn:aws:iam::111111111111:root", userId: "U" });
  ec2 = (region: string) => ({ send: (command: object) => this.answer(region, command) }) as never;
  ssm = this.ec2;

  private async answer(region: string, command: object): Promise<unknown> {
    const action = command.constructor.name.replace(/Command$/, "");
    const input = (command as { input: Record<string, never> }).input;
    this.calls.push(`${region} ${action}`);
    const failure = this.failures.get(action);
    this.failures.delete(action);
    if (failure)
      throw Object.assign(new Error(failure.message), {
        name: failure.name,
        $metadata: { httpStatusCode: 400 },
      });
    const method = (this as unknown as Record<string, ((input: unknown) => unknown) | undefined>)[action];
    if (!method) throw new Error(`the fake has no ${action}`);
    return method.call(this, input);
  }

  protected RegisterImage(
    input: { Name: string; BlockDeviceMappings: Image["BlockDeviceMappings"] } & Image,
  ) {
    const ImageId = `ami-${this.next++}`;
    const devices = input.BlockDeviceMappings?.map((one) => ({
      ...one,
      Ebs: { VolumeSize: 8, Encrypted: false, ...(JSON.parse(JSON.stringify(one.Ebs)) as object) },
    }));
    this.images.set(ImageId, {
      ...input,
      ImageId,
      State: "available",
      BlockDeviceMappings: devices,
      Public: false,
    });
    return { ImageId };
  }

  protected CopyImage(input: { Name: string; SourceImageId: string }) {
    const source = this.images.get(input.SourceImageId);
    const ImageId = `ami-${this.next++}`;
    const SnapshotId = `snap-copy${this.next++}`;
    this.snapshots.add(SnapshotId);
    const BlockDeviceMappings = source?.BlockDeviceMappings?.map((one) => ({
      ...one,
      Ebs: { ...one.Ebs, SnapshotId },
    }));
    const copy = { ...source, Name: input.Name, ImageId, BlockDeviceMappings };
    this.images.set(ImageId, { ...copy, Tags: [], DeprecationTime: undefined });
    return { ImageId };
  }

  protected DescribeImages({ ImageIds: [id = ""] }: { ImageIds: string[] }) {
    const image = this.images.get(id);
    if (!image) throw Object.assign(new Error(`no ${id}`), { name: "InvalidAMIID.NotFound", $metadata: {} });
    return { Images: [image] };
  }

  protected CreateTags({ Resources: [id = ""], Tags }: { Resources: string[]; Tags: Image["Tags"] }) {
    const image = this.images.get(id);
    if (!image) return;
    image.Tags = [
      ...(image.Tags ?? []).filter(({ Key }) => !Tags?.some((one) => one.Key === Key)),
      ...(Tags ?? []),
    ];
  }

  protected DeleteTags({ Resources: [id = ""], Tags }: { Resources: string[]; Tags: Image["Tags"] }) {
    const image = this.images.get(id);
    if (image) image.Tags = image.Tags?.filter(({ Key }) => !Tags?.some((one) => one.Key === Key));
  }

  protected EnableImageDeprecation({ ImageId, DeprecateAt }: { ImageId: string; DeprecateAt: Date }) {
    const minute = new Date(Math.round(DeprecateAt.getTime() / 60_000) * 60_000);
    this.images.get(ImageId)!.DeprecationTime = minute.toISOString();
  }

  protected DisableImageDeprecation({ ImageId }: { ImageId: string }) {
    this.images.get(ImageId)!.DeprecationTime = undefined;
  }

  protected ModifyImageAttribute(input: {
    ImageId: string;
    Description?: { Value: string };
    LaunchPermission?: { Add?: object[]; Remove?: object[] };
  }) {
    if (input.Description) this.images.get(input.ImageId)!.Description = input.Description.Value;
    const { Add = [], Remove = [] } = input.LaunchPermission ?? {};
    const removed = Remove.map((one) => JSON.stringify(one));
    const before = this.permissions.get(input.ImageId) ?? [];
    this.permissions.set(input.ImageId, [
      ...before.filter((one) => !removed.includes(JSON.stringify(one))),
      ...Add,
    ]);
  }

  protected DescribeImageAttribute({ ImageId }: { ImageId: string }) {
    return { LaunchPermissions: this.permissions.get(ImageId) ?? [] };
  }

  protected DeregisterImage({ ImageId }: { ImageId: string }) {
    this.images.delete(ImageId);
  }

  protected DeleteSnapshot({ SnapshotId }: { SnapshotId: string }) {
    this.snapshots.delete(SnapshotId);
  }
}
