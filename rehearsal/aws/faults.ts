import type { Call } from "./call";
import { AwsError, throttled } from "./protocol/errors";
import { hashOf, type RawRequest } from "./protocol/request";
import { rot } from "./rot";

/** A request that is going to fail, or get no answer. */
export interface RequestFault {
  readonly service: string;
  readonly action: string;
  /** `throttle`: the service's own "too fast"; `error`: the code, message and status given; `hang`: no answer ever. */
  readonly effect: "throttle" | "error" | "hang";
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  /** EBS direct's finer reason. */
  readonly reason?: string;
  /** Only this account (id), region; only requests whose path contains this. */
  readonly account?: string;
  readonly region?: string;
  readonly path?: string;
  /** Requests to let pass first. */
  skip: number;
  /** Requests to strike then. */
  times: number;
}

/** A request whose body arrives with one bit changed. */
export interface WireFault {
  readonly action: string;
  readonly region?: string;
  readonly path?: string;
  skip: number;
  times: number;
}

/** The storage of a region keeps one bit of the next snapshot wrong that is completed there, or made there by a copy. */
export interface StorageFault {
  readonly region: string;
  /** Index; default: the first that holds data. */
  readonly block?: number;
}

/** Actions that end with a snapshot whose bytes are settled. */
const SETTLING = ["CompleteSnapshot", "CopyImage", "CopySnapshot"];

/** Steady rates that EBS direct allows an account in a region, requests a second, with as much again in a burst. */
const RATES: Record<string, number> = {
  PutSnapshotBlock: 1000,
  GetSnapshotBlock: 1000,
  ListSnapshotBlocks: 50,
  ListChangedBlocks: 50,
  StartSnapshot: 10,
  CompleteSnapshot: 10,
};

interface Bucket {
  left: number;
  filledAt: number;
}

/** What goes wrong on purpose. Not kept over a restart: a fault that nobody remembers would be a riddle. */
export class FaultBook {
  private pending: RequestFault[] = [];
  private wire: WireFault[] = [];
  private storage: StorageFault[] = [];
  private readonly rates = new Map(Object.entries(RATES));
  private readonly buckets = new Map<string, Bucket>();

  /** @param limitRates whether EBS direct's request rates hold (they do not at pace 0). */
  constructor(private readonly limitRates: boolean) {}

  add(fault: RequestFault): void {
    this.pending.push(fault);
  }

  addToWire(fault: WireFault): void {
    this.wire.push(fault);
  }

  addToStorage(fault: StorageFault): void {
    this.storage.push(fault);
  }

  list(): readonly (RequestFault | WireFault | StorageFault)[] {
    return [...this.pending, ...this.wire, ...this.storage];
  }

  clear(): void {
    this.pending = [];
    this.wire = [];
    this.storage = [];
    for (const [action, rate] of Object.entries(RATES)) this.rates.set(action, rate);
  }

  setRate(action: string, perSecond: number): void {
    this.rates.set(action, perSecond);
    this.buckets.clear();
  }

  /**
   * Called once for each authenticated request. True = give no answer at all.
   * @throws AwsError what the fault, or a rate limit, makes of the request.
   */
  async strike(service: string, action: string, call: Call, path: string): Promise<boolean> {
    const fault = this.pending.find(
      (candidate) =>
        candidate.service === service &&
        (candidate.action === "*" || candidate.action === action) &&
        (candidate.account ?? call.account.id) === call.account.id &&
        (candidate.region ?? call.region) === call.region &&
        path.includes(candidate.path ?? ""),
    );
    if (!fault) {
      this.checkRate(service, action, call);
      return false;
    }
    if (fault.skip > 0) {
      fault.skip -= 1;
      return false;
    }
    fault.times -= 1;
    if (fault.times <= 0) this.pending = this.pending.filter((other) => other !== fault);
    if (fault.effect === "hang") return true;
    if (fault.effect === "throttle") throw throttled(service);
    throw new AwsError(
      fault.code ?? "InternalError",
      fault.message ?? "A fault was asked for.",
      fault.status ?? 500,
      fault.reason,
    );
  }

  /**
   * Called once for each authenticated request: what reaches the service. On the way to AWS's door a changed bit breaks the
   * TLS connection or the signature; behind it, only checksums tell.
   */
  onTheWire(action: string, { region }: Call, request: RawRequest): RawRequest {
    const fault = this.wire.find(
      (candidate) =>
        candidate.action === action &&
        (candidate.region ?? region) === region &&
        request.path.includes(candidate.path ?? ""),
    );
    if (!fault || request.body.length === 0) return request;
    if (fault.skip > 0) {
      fault.skip -= 1;
      return request;
    }
    fault.times -= 1;
    if (fault.times <= 0) this.wire = this.wire.filter((other) => other !== fault);
    const body = Buffer.from(request.body);
    const middle = body.length >> 1;
    body[middle] = (body[middle] ?? 0) ^ 1;
    return { ...request, body, bodyHash: hashOf(body) };
  }

  /** Called after each request that went well: what it left in the storage may not stay so. */
  async inTheStorage(action: string, { world, account, region }: Call): Promise<void> {
    if (!SETTLING.includes(action)) return;
    const fault = this.storage.find((candidate) => candidate.region === region);
    const newest = [...world.snapshots.values()]
      .filter((snapshot) => snapshot.owner === account.id && snapshot.region === region)
      .at(-1);
    if (!fault || !newest) return;
    this.storage = this.storage.filter((other) => other !== fault);
    await rot(newest, fault.block, world);
  }

  private checkRate(service: string, action: string, call: Call): void {
    const rate = service === "ebs" ? this.rates.get(action) : undefined;
    if (rate === undefined || (!this.limitRates && rate === RATES[action])) return;
    const now = Date.now();
    const name = `${call.account.id}/${call.region}/${action}`;
    const bucket = this.buckets.get(name) ?? { left: rate, filledAt: now };
    bucket.left = Math.min(rate, bucket.left + ((now - bucket.filledAt) / 1000) * rate);
    bucket.filledAt = now;
    this.buckets.set(name, bucket);
    if (bucket.left < 1) throw throttled(service);
    bucket.left -= 1;
  }
}
