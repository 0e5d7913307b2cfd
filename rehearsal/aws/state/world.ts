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
 * Everything the stand-in AWS knows: tables per kind keyed `region/id`, and the blocks. Nothing happens by itself in
 * it: what takes time is a time in the record, compared with the clock when somebody looks.
 */
export class World {
  readonly accounts: AccountBook;
  readonly users: UserBook;
  readonly images: Table<Image>;
  /** `region/id` of images that were deregistered, and whose they were. */
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
  /** What runs behind instances. */
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

  /** The moment when something that begins now is over. */
  after(delay: Delay): number {
    return this.now() + (this.delays.get(delay) ?? secondsAt(this.pace, delay, DELAYS, RECORDED)) * 1000;
  }

  /** From now on it takes these seconds, whatever the pace. */
  setDelay(delay: Delay, seconds: number): void {
    this.delays.set(delay, seconds);
  }

  /** All delays are those of the pace again. */
  clearDelays(): void {
    this.delays.clear();
  }

  /** `ami-`, `snap-` and 17 hex digits, as EC2 makes them. */
  newId(prefix: string): string {
    return `${prefix}-0${randomBytes(8).toString("hex")}`;
  }

  key(record: { region: string; id: string }): string {
    return `${record.region}/${record.id}`;
  }

  /**
   * Whether the endpoint that happens to answer knows of a new thing already. Between `visibleAt` and `settledAt`
   * every other look finds it: so a client that trusts its first success is caught.
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

  /** The guest switched its machine off: what the instance is to do then was said as it was launched. */
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

  /** The regions that an account can use. */
  regionsOf(account: string): string[] {
    return REGIONS.filter((region) => this.accounts.optedIn(account, region) !== "not-opted-in");
  }

  regionSettings(account: string, region: string): RegionSettings {
    const known = this.settings.get(`${account}/${region}`);
    if (known) return known;
    // AMI block public access is on in regions that were newly enabled for an account.
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

  /** What was answered to a client token before, and to which request. */
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
