/** Objects of an account, as written to the journal. Times are milliseconds since 1970. */

export interface Account {
  readonly id: string;
  /** `publisher`, `stranger`: display name. */
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** ARNs of the account's organisation and organisational units. */
  readonly organization: readonly string[];
  /** Opted-in regions, in addition to those of every account. */
  readonly optedIn: readonly string[];
}

/** Common fields of eventually consistent regional objects. */
export interface Made {
  readonly id: string;
  readonly region: string;
  readonly owner: string;
  readonly createdAt: number;
  /** Before: "does not exist", although the id was returned. */
  readonly visibleAt: number;
  /** Before: visible on some endpoints only. */
  readonly settledAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Permissions {
  readonly everyone: boolean;
  readonly accounts: readonly string[];
  /** Organisations and organisational units, by ARN; on images only. */
  readonly arns: readonly string[];
}

export const PRIVATE: Permissions = { everyone: false, accounts: [], arns: [] };

export interface Snapshot extends Made {
  readonly description: string;
  /** GiB. */
  readonly volumeSize: number;
  readonly kmsKeyId?: string;
  /** Key of its block map, shared with its copies. */
  readonly map: string;
  readonly permissions: Permissions;
  /** From then on `completed`; absent while blocks are being sent. */
  readonly completedAt?: number;
  /** Reason of the state `error`, from `completedAt` on if set; empty where AWS gives none. */
  readonly failure?: string;
  readonly upload?: { readonly timeoutMinutes: number; readonly parent?: string; readonly token?: string };
  /** Made by CopySnapshot or CopyImage: counts as a concurrent copy until it is completed. */
  readonly copy?: boolean;
}

export interface BlockDevice {
  readonly deviceName: string;
  readonly virtualName?: string;
  readonly noDevice?: boolean;
  readonly ebs?: {
    readonly snapshotId?: string;
    readonly volumeSize?: number;
    readonly volumeType: string;
    readonly deleteOnTermination: boolean;
    readonly encrypted: boolean;
    readonly iops?: number;
    readonly throughput?: number;
  };
}

export interface Image extends Made {
  readonly name: string;
  readonly description?: string;
  readonly architecture: string;
  readonly virtualizationType: string;
  readonly rootDeviceName: string;
  readonly devices: readonly BlockDevice[];
  readonly bootMode?: string;
  readonly tpmSupport?: string;
  readonly uefiData?: string;
  readonly imdsSupport?: string;
  readonly sriovNetSupport?: string;
  readonly enaSupport: boolean;
  readonly permissions: Permissions;
  /** Before: `pending`. */
  readonly availableAt: number;
  /** From `availableAt` on: a failed copy. */
  readonly failed?: boolean;
  readonly deprecateAt?: number;
  readonly disabled?: boolean;
  readonly lastLaunchedAt?: number;
  /** `enabled-without-cooldown`, `enabled-with-cooldown` or, once disabled again, the end of the cooldown. */
  readonly protection?: { readonly enabled: boolean; readonly cooldown: boolean; readonly until?: number };
  readonly source?: { readonly id: string; readonly region: string };
  /** Overridden fields of DescribeImages, with their start: a fault. */
  readonly told?: Readonly<Record<string, unknown>>;
}

/** A switch whose change becomes visible later: reads return the old state until then. */
export interface Switch<S extends string> {
  readonly state: S;
  readonly before: S;
  readonly changedAt: number;
}

/** An account's settings for a whole region. */
export interface RegionSettings {
  readonly imageBlock: Switch<"unblocked" | "block-new-sharing">;
  readonly snapshotBlock: Switch<"unblocked" | "block-new-sharing" | "block-all-sharing">;
  readonly encryptByDefault: boolean;
  /** Default encryption key, if not the AWS managed one. */
  readonly ebsKey?: string;
  /** Quota code → value, where changed. */
  readonly quotas: Readonly<Record<string, number>>;
}

export interface Volume extends Made {
  readonly snapshotId?: string;
  readonly size: number;
  readonly zone: string;
  readonly volumeType: string;
  readonly map?: string;
  readonly attachment?: {
    readonly instance: string;
    readonly device: string;
    readonly deleteOnTermination: boolean;
  };
}

export interface Instance extends Made {
  readonly imageId: string;
  readonly instanceType: string;
  /** The machine type, from its image, which may be deregistered while the instance runs. */
  readonly architecture: string;
  readonly bootMode: "uefi" | "legacy-bios";
  readonly rootDeviceName: string;
  readonly volumeId: string;
  readonly subnetId: string;
  readonly interfaceId: string;
  readonly mac: string;
  /** Private IPv4 address. */
  readonly address: string;
  readonly publicAddress?: string;
  /** Base64, as sent. */
  readonly userData?: string;
  readonly metadata: {
    readonly enabled: boolean;
    readonly tokens: "required" | "optional";
    readonly hopLimit: number;
  };
  readonly onShutdown: "stop" | "terminate";
  readonly token?: string;
  /** Before: `pending`. */
  readonly runningAt: number;
  readonly stopped?: Ending;
  readonly terminated?: Ending;
}

interface Ending {
  /** Time of the request. */
  readonly at: number;
  /** Time of completion. */
  readonly by: number;
  readonly reason: { readonly code: string; readonly message: string };
}

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly owner: string;
  /** `ECC_NIST_P256` */
  readonly spec: string;
  /** `SIGN_VERIFY` */
  readonly usage: string;
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly description?: string;
  /** PEM; absent for symmetric keys, which cannot be used here. */
  readonly privateKey?: string;
}

export interface KmsAlias {
  readonly arn: string;
  /** ARN of its key. */
  readonly target: string;
}

export interface Parameter {
  readonly name: string;
  readonly region: string;
  readonly owner: string;
  readonly type: string;
  readonly dataType: string;
  readonly tier: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly { readonly version: number; readonly value: string; readonly at: number }[];
  /** A value of type `aws:ec2:image` being validated; dropped if the image does not exist then. */
  readonly checking?: { readonly value: string; readonly at: number; readonly since: number };
}
