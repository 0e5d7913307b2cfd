import { randomBytes } from "node:crypto";
import path from "node:path";
import { BLOCK_SIZE } from "../../../facts/units";
import { type Pace, secondsAt } from "../../pace";
import { BlockMaps } from "../../store/block-map";
import { BlockStore } from "../../store/blocks";
import { Journal, type Table } from "../../store/journal";
import { type User, UserBook } from "../iam/users";
import { Machines } from "../machines/machines";
import { AccountBook } from "./accounts";
import { DELAYS, type Delay, RECORDED } from "./delays";
import type {
  Account,
  Image,
  Instance,
  KmsAlias,
  KmsKey,
  Made,
  Parameter,
  RegionSettings,
  Snapshot,
  Volume,
} from "./records";
import { REGIONS } from "./regions";

/**
 * The whole state of the stand-in AWS: tables per kind keyed `region/id`, and the blocks. Nothing happens
 * spontaneously: a pending change is a time in a record, compared with the clock on each read.
 */
export class World {
  readonly accounts: AccountBook;
  readonly users: UserBook;
  readonly images: Table<Image>;
  /** `region/id` of deregistered images, with their owners. */
  readonly deregistered: Table<string>;
  readonly snapshots: Table<Snapshot>;
  readonly volumes: Table<Volume>;
  readonly instances: Table<Instance>;
  readonly parameters: Table<Parameter>;
  /** By ARN. */
  readonly kmsKeys: Table<KmsKey>;
  /** By the alias's own ARN. */
  readonly kmsAliases: Table<KmsAlias>;
  readonly maps: BlockMaps;
  readonly store: BlockStore;
  /** Machines behind instances. */
  readonly machines: Machines;
  private readonly settings: Table<RegionSettings>;
  private readonly tokens: Table<{ request: string; answer: string }>;
  private readonly looks = new Map<string, number>();
  /** Seconds. */
  private readonly delays = new Map<Delay, number>();

  private constructor(
    private readonly journal: Journal,
    directory: string,
    private readonly pace: Pace,
    log: (line: string) => void,
  ) {
    this.accounts = new AccountBook(journal.table("accounts"));
    this.users = new UserBook(journal.table<User>("users"), this.accounts);
    this.images = journal.table("images");
    this.deregistered = journal.table("deregistered");
    this.snapshots = journal.table("snapshots");
    this.volumes = journal.table("volumes");
    this.instances = journal.table("instances");
    this.parameters = journal.table("parameters");
    this.kmsKeys = journal.table("kms-keys");
    this.kmsAliases = journal.table("kms-aliases");
    this.settings = journal.table("settings");
    this.tokens = journal.table("tokens");
    this.store = new BlockStore(path.join(directory, "blocks"), BLOCK_SIZE);
    this.maps = new BlockMaps(path.join(directory, "maps"), this.store);
    for (const snapshot of this.snapshots.values()) this.maps.hold(snapshot.map);
    for (const volume of this.volumes.values()) if (volume.map !== undefined) this.maps.hold(volume.map);
    this.maps.sweep();
    this.machines = new Machines({
      folder: path.join(directory, "machines"),
      store: this.store,
      log,
      onPowerOff: ({ region, id }) => this.powerOff(`${region}/${id}`),
    });
  }

  static open(directory: string, pace: Pace, log: (line: string) => void = () => undefined): World {
    return new World(Journal.open(directory), directory, pace, log);
  }

  close(): void {
    this.machines.close();
    this.maps.close();
    this.journal.close();
  }

  now(): number {
    return Date.now();
  }

  /** Time at which an operation starting now completes. */
  after(delay: Delay): number {
    return this.now() + (this.delays.get(delay) ?? secondsAt(this.pace, delay, DELAYS, RECORDED)) * 1000;
  }

  /** Overrides a delay in seconds, whatever the pace. */
  setDelay(delay: Delay, seconds: number): void {
    this.delays.set(delay, seconds);
  }

  /** Restores the pace's delays. */
  clearDelays(): void {
    this.delays.clear();
  }

  /** `ami-`, `snap-` and 17 hex digits, like EC2's. */
  newId(prefix: string): string {
    return `${prefix}-0${randomBytes(8).toString("hex")}`;
  }

  key(record: { region: string; id: string }): string {
    return `${record.region}/${record.id}`;
  }

  /**
   * True if the answering endpoint already knows a new object. Between `visibleAt` and `settledAt` every other read
   * finds it: so a client that trusts its first success is detected.
   */
  isVisible(made: Made): boolean {
    const now = this.now();
    if (now >= made.settledAt) {
      this.looks.delete(made.id);
      return true;
    }
    if (now < made.visibleAt) return false;
    const look = (this.looks.get(made.id) ?? 0) + 1;
    this.looks.set(made.id, look);
    return look % 2 === 1;
  }

  /** The guest powered off: the launch parameters decide what the instance does then. */
  private powerOff(key: string): void {
    const instance = this.instances.get(key);
    if (!instance || instance.terminated) return;
    const code = "Client.InstanceInitiatedShutdown";
    const reason = { code, message: `${code}: Instance initiated shutdown` };
    const ending = { at: this.now(), by: this.after("instanceEnded"), reason };
    this.machines.end(instance.id);
    const change = instance.onShutdown === "terminate" ? { terminated: ending } : { stopped: ending };
    this.instances.set(key, { ...instance, ...change });
  }

  /** Regions available to an account. */
  regionsOf(account: string): string[] {
    return REGIONS.filter((region) => this.accounts.optedIn(account, region) !== "not-opted-in");
  }

  regionSettings(account: string, region: string): RegionSettings {
    const known = this.settings.get(`${account}/${region}`);
    if (known) return known;
    // AMI block public access is on by default in regions newly enabled for an account.
    const image = this.accounts.optedIn(account, region) === "opted-in" ? "block-new-sharing" : "unblocked";
    return {
      imageBlock: { state: image, before: image, changedAt: 0 },
      snapshotBlock: { state: "unblocked", before: "unblocked", changedAt: 0 },
      encryptByDefault: false,
      quotas: {},
    };
  }

  changeSettings(account: string, region: string, change: Partial<RegionSettings>): void {
    this.settings.set(`${account}/${region}`, { ...this.regionSettings(account, region), ...change });
  }

  /** The earlier response for a client token, with its request. */
  tokenAnswer(account: string, region: string, action: string, token: string) {
    return this.tokens.get(`${account}/${region}/${action}/${token}`);
  }

  rememberToken(
    account: Account,
    region: string,
    action: string,
    token: string,
    request: string,
    answer: string,
  ) {
    this.tokens.set(`${account.id}/${region}/${action}/${token}`, { request, answer });
  }

  forgetTokensOf(answer: string): void {
    for (const [key, token] of [...this.tokens.entries()])
      if (token.answer === answer) this.tokens.delete(key);
  }
}
