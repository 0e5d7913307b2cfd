import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ErrorBody } from "./arm/errors";
import { type Caller, newCallers, firstRoles, newAdministrator, newPrincipal } from "./identity";

export type Tags = Record<string, string>;
type ProvisioningState = "Creating" | "Updating" | "Succeeded" | "Failed" | "Deleting";

/**
 * Common fields of ARM resources. Maps of resources are keyed by the id in lower case: ARM ids are case-insensitive.
 */
export interface Tracked {
  id: string;
  name: string;
  /** Normal form: `westeurope`. */
  location: string;
  tags?: Tags;
  /** RFC 3339. */
  created: string;
  provisioningState: ProvisioningState;
}

export interface Group extends Tracked {
  managedBy?: string;
}

type DiskState = "ReadyToUpload" | "ActiveUpload" | "ActiveSAS" | "Unattached";

export interface Disk extends Tracked {
  uniqueId: string;
  diskState: DiskState;
  /** Without the footer. */
  sizeBytes: number;
  /** Name of the page blob's container. */
  container: string;
  sku: string;
  zones?: string[];
  /** As sent, including `creationData`. */
  properties: Record<string, unknown>;
  grant?: { access: "Read" | "Write"; sas: string };
}

export interface SharingGroup {
  type: "Subscriptions" | "AADTenants";
  ids: string[];
}

export interface Community {
  publicNamePrefix: string;
  publisherContact: string;
  publisherUri: string;
  eula: string;
  publicName: string;
  enabled: boolean;
}

export interface Gallery extends Tracked {
  description?: string;
  uniqueName: string;
  permissions: "Private" | "Groups" | "Community";
  community?: Community;
  groups: SharingGroup[];
}

export interface Definition extends Tracked {
  properties: Record<string, unknown>;
}

export interface TargetRegion {
  /** Normal form. */
  name: string;
  regionalReplicaCount: number;
  storageAccountType: string;
  excludeFromLatest?: boolean;
}

export interface Replica {
  state: "Replicating" | "Completed" | "Failed";
  started: number;
  due: number;
  details: string;
  /** Time from which disks can be created of it, if not at once. Milliseconds since 1970. */
  usable?: number;
}

export interface Version extends Tracked {
  publishedDate: string;
  endOfLifeDate?: string;
  excludeFromLatest: boolean;
  replicaCount: number;
  storageAccountType: string;
  replicationMode: string;
  regions: TargetRegion[];
  /** Keyed by region in normal form. */
  replicas: Record<string, Replica>;
  safety: { allowDeletionOfReplicatedLocations: boolean; blockDeletionBeforeEndOfLife?: boolean };
  /** As sent. */
  storageProfile: Record<string, unknown>;
  /** Id of its source disk or version. */
  source: string;
  container: string;
  sizeBytes: number;
  hostCaching: string;
}

/** One version of a key in the vault. */
export interface VaultKey {
  /** `name/version` */
  id: string;
  /** `EC` or `RSA` */
  kty: string;
  crv?: string;
  operations: string[];
  enabled: boolean;
  /** Seconds since 1970. */
  created: number;
  /** PEM. */
  privateKey: string;
}

/** Accepted unfinished work. Survives a restart. */
export interface Job {
  kind: string;
  /** Id of the affected resource. */
  resource: string;
  /** Milliseconds since 1970. */
  due: number;
  operation?: string;
  /** Further argument of some kinds (a region, an access level). */
  detail?: string;
}

export interface Operation {
  id: string;
  subscription: string;
  location: string;
  status: "InProgress" | "Succeeded" | "Failed";
  started: string;
  ended?: string;
  due: number;
  error?: { status: number; body: ErrorBody };
  output?: Record<string, unknown>;
  /** Its responses have no Retry-After. */
  isSilent?: true;
}

export interface Contents {
  callers: Caller[];
  storage: { account: string; key: string; port: number };
  groups: Record<string, Group>;
  disks: Record<string, Disk>;
  galleries: Record<string, Gallery>;
  definitions: Record<string, Definition>;
  versions: Record<string, Version>;
  vaultKeys: Record<string, VaultKey>;
  operations: Record<string, Operation>;
  /**
   * Recently emptied definitions and galleries, by key: end of the refusal of their deletion (milliseconds since
   * 1970), and whether a deletion was attempted.
   */
  emptied: Record<string, { until: number; asked: boolean }>;
  jobs: Job[];
  /** Management locks, by the key of their scope. Absent: none. */
  locks?: Record<string, { scope: string; level: "CanNotDelete" | "ReadOnly" }>;
}

/** Finished operations kept for polling clients. */
const OPERATIONS_KEPT = 500;

/** The whole state of this cloud, in one JSON file that is replaced atomically. */
export class State {
  readonly contents: Contents;
  private readonly file: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.file = join(directory, "state.json");
    this.contents = existsSync(this.file)
      ? // State of an older stand-in without a vault.
        { ...empty(), ...(JSON.parse(readFileSync(this.file, "utf8")) as Contents) }
      : empty();
    // And without sign-in.
    this.contents.callers = this.contents.callers.map((caller) => ({
      ...newPrincipal(),
      assignments: firstRoles(caller),
      ...(caller as Omit<Caller, "assignments">),
    }));
    const [publisher] = this.contents.callers;
    if (publisher && !this.contents.callers.some(({ name }) => name === "administrator"))
      this.contents.callers.push(newAdministrator(publisher, Date.now()));
    this.save();
  }

  save(): void {
    const { operations } = this.contents;
    const finished = Object.keys(operations).filter((id) => operations[id]?.status !== "InProgress");
    for (const id of finished.slice(0, -OPERATIONS_KEPT)) delete operations[id];
    // It contains tokens and the storage key.
    writeFileSync(`${this.file}.new`, JSON.stringify(this.contents), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}

function empty(): Contents {
  return {
    callers: newCallers(Date.now()),
    storage: { account: "mdrehearsal", key: randomBytes(64).toString("base64"), port: 0 },
    groups: {},
    disks: {},
    galleries: {},
    definitions: {},
    versions: {},
    vaultKeys: {},
    operations: {},
    emptied: {},
    jobs: [],
  };
}
