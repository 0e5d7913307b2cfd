import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  CompleteSnapshotCommand,
  EBSClient,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
  type StartSnapshotCommandInput,
} from "@aws-sdk/client-ebs";
import {
  EC2Client,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  type RegisterImageCommandInput,
} from "@aws-sdk/client-ec2";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { RunningCloud } from "../../../../rehearsal/cloud";
import { start } from "../../../../rehearsal/aws";

export const BLOCK = 524_288;
export const PUBLISHER = "111111111111";
export const STRANGER = "222222222222";
export const HOME = "eu-central-1";

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

/** A stand-in AWS for one test file, with the official SDK's clients for it. */
export class StandIn {
  private readonly keys = new Map<string, Keys>();
  private readonly clients: { destroy(): void }[] = [];

  private constructor(
    readonly directory: string,
    public cloud: RunningCloud,
  ) {}

  static async start(pace = 0): Promise<StandIn> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "stand-in-aws-"));
    return new StandIn(directory, await start({ directory, pace }));
  }

  /** Starts another server on the same state, as after a crash: the first one gets no chance to write before that. */
  async restart(pace = 0): Promise<void> {
    const crashed = this.cloud;
    this.cloud = await start({ directory: this.directory, pace });
    await crashed.stop();
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.cloud.stop();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  ec2(region = HOME, keys = this.publisher()): EC2Client {
    return this.keep(new EC2Client(this.settings(region, keys)));
  }

  ebs(region = HOME, keys = this.publisher()): EBSClient {
    return this.keep(new EBSClient(this.settings(region, keys)));
  }

  kms(region = HOME, keys = this.publisher()): KMSClient {
    return this.keep(new KMSClient(this.settings(region, keys)));
  }

  ssm(region = HOME, keys = this.publisher()): SSMClient {
    return this.keep(new SSMClient(this.settings(region, keys)));
  }

  sts(region = HOME, keys = this.publisher()): STSClient {
    return this.keep(new STSClient(this.settings(region, keys)));
  }

  publisher(): Keys {
    const environment = this.cloud.environment();
    return {
      accessKeyId: environment["ADMINISTRATOR_AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: environment["ADMINISTRATOR_AWS_SECRET_ACCESS_KEY"]!,
    };
  }

  stranger(): Keys {
    const environment = this.cloud.environment();
    return {
      accessKeyId: environment["STRANGER_AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: environment["STRANGER_AWS_SECRET_ACCESS_KEY"]!,
    };
  }

  /** A further account; the same name returns the same account. */
  async account(name: string, organization: string[] = []): Promise<Keys> {
    const known = this.keys.get(name);
    if (known) return known;
    const account = (await this.cloud.fault!({ kind: "account", name, organization })) as Keys;
    this.keys.set(name, account);
    return account;
  }

  /** A completed snapshot of blocks given by index. */
  async snapshot(
    blocks: Record<number, Buffer> = { 0: block(1) },
    input: Partial<StartSnapshotCommandInput> = {},
    region = HOME,
  ): Promise<string> {
    const ebs = this.ebs(region);
    const { SnapshotId: id } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ...input }));
    for (const [index, data] of Object.entries(blocks)) await ebs.send(putBlock(id!, Number(index), data));
    await ebs.send(
      new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: Object.keys(blocks).length }),
    );
    return id!;
  }

  /** An image of a snapshot, registered as the publisher does. */
  async image(name: string, input: Partial<RegisterImageCommandInput> = {}, region = HOME): Promise<string> {
    const snapshot = await this.snapshot({ 0: block(1) }, {}, region);
    const { ImageId: id } = await this.ec2(region).send(registerImage(name, snapshot, input));
    return id!;
  }

  private settings(region: string, credentials: Keys) {
    return { endpoint: `http://127.0.0.1:${this.cloud.port}`, region, credentials, maxAttempts: 1 };
  }

  private keep<C extends { destroy(): void }>(client: C): C {
    this.clients.push(client);
    return client;
  }
}

/** A block whose bytes all have the same value. */
export function block(value: number): Buffer {
  return Buffer.alloc(BLOCK, value);
}

export function checksum(...parts: Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("base64");
}

export function putBlock(
  id: string,
  index: number,
  data: Buffer,
  sum = checksum(data),
): PutSnapshotBlockCommand {
  return new PutSnapshotBlockCommand({
    SnapshotId: id,
    BlockIndex: index,
    BlockData: data,
    DataLength: data.length,
    Checksum: sum,
    ChecksumAlgorithm: "SHA256",
  });
}

export function registerImage(
  name: string,
  snapshot: string,
  input: Partial<RegisterImageCommandInput> = {},
) {
  return new RegisterImageCommand({
    Name: name,
    Architecture: "x86_64",
    VirtualizationType: "hvm",
    EnaSupport: true,
    BootMode: "uefi-preferred",
    RootDeviceName: "/dev/xvda",
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshot, VolumeType: "gp3" } }],
    ...input,
  });
}

/** Adds launch permissions: `all`, account numbers, ARNs of organisations and their units. */
export function shareImage(id: string, ...whom: string[]) {
  return new ModifyImageAttributeCommand({
    ImageId: id,
    LaunchPermission: {
      Add: whom.map((one) => {
        if (one === "all") return { Group: "all" as const };
        if (!one.startsWith("arn:")) return { UserId: one };
        return one.includes(":ou/") ? { OrganizationalUnitArn: one } : { OrganizationArn: one };
      }),
    },
  });
}

/** The name of a failed call's error, as the cloud words it; "no error" if it succeeds. */
export async function errorName(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "no error",
    (error: Error) => error.name,
  );
}

export async function errorMessage(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "no error",
    (error: Error) => error.message,
  );
}

/** Stops the clock of this process, SDK and server alike, so that a test can set it. Timers still run. */
export function stopClock(): void {
  jest.useFakeTimers({
    doNotFake: [
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "requestAnimationFrame",
      "cancelAnimationFrame",
      "requestIdleCallback",
      "cancelIdleCallback",
      "setImmediate",
      "clearImmediate",
      "setInterval",
      "clearInterval",
      "setTimeout",
      "clearTimeout",
    ],
    now: Date.now(),
  });
}

export function advance(seconds: number): void {
  jest.setSystemTime(Date.now() + seconds * 1000);
}
