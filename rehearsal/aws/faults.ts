import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { spoil } from "../faults/network";
import { Waiting } from "../faults/waiting";
import type { Asked } from "../faults/which";
import type { Call } from "./call";
import type { Fault } from "./fault-kinds";
import { absent, conflict, expired, failed, throttled } from "./fault-words";
import { refusal } from "./iam/authorize";
import { arnOf } from "./iam/users";
import { AwsError } from "./protocol/errors";
import { hashOf, type RawRequest } from "./protocol/request";
import { rot } from "./corrupt-block";

/** Actions that complete the bytes of a snapshot. */
const SETTLING = ["CompleteSnapshot", "CopyImage", "CopySnapshot"];

/** EBS direct's request rates per account and region, requests a second, with as much again in a burst. */
const RATES: Record<string, number> = {
  PutSnapshotBlock: 1000,
  GetSnapshotBlock: 1000,
  ListSnapshotBlocks: 50,
  ListChangedBlocks: 50,
  StartSnapshot: 10,
  CompleteSnapshot: 10,
};

/** Never, practically: the year 3000. */
const NEVER = Date.UTC(3000, 0);

interface Bucket {
  left: number;
  filledAt: number;
}

/** Pending faults. Not kept over a restart: a forgotten fault would be confusing. */
export class FaultBook {
  private readonly waiting = new Waiting<Fault>();
  private readonly rates = new Map(Object.entries(RATES));
  private readonly buckets = new Map<string, Bucket>();

  /** @param limitRates whether EBS direct's request rates apply (not at pace 0). */
  constructor(private readonly limitRates: boolean) {}

  add(fault: Fault): void {
    if (fault.kind === "slow" && fault.seconds === 0) this.waiting.clear("slow");
    else this.waiting.add(fault);
  }

  list(): readonly Fault[] {
    return this.waiting.list();
  }

  clear(): void {
    this.waiting.clear();
    for (const [action, rate] of Object.entries(RATES)) this.rates.set(action, rate);
  }

  setRate(action: string, perSecond: number): void {
    this.rates.set(action, perSecond);
    this.buckets.clear();
  }

  /**
   * Called once for each authenticated request, before it is handled. True: there is no response.
   * @throws AwsError the fault's, or a rate limit's
   */
  async strike(asked: Asked, call: Call, request: RawRequest, response: ServerResponse): Promise<boolean> {
    const { service, operation: action } = asked;
    const slow = this.waiting.strike(asked, "slow");
    if (slow) await pause(slow.seconds * 1000);
    const spoiled = this.waiting.strike(asked, "reset", "trickle", "flip-answer");
    if (spoiled) spoil(response, spoiled);
    const fault = this.waiting.strike(
      asked,
      ...(["throttle", "error", "expired", "denied", "absent", "conflict", "hang", "drop"] as const),
    );
    switch (fault?.kind) {
      case undefined:
        this.checkRate(service, action, call);
        return false;
      case "hang":
        return true;
      case "drop":
        response.socket?.destroy();
        return true;
      case "throttle":
        throw throttled(service);
      case "expired":
        throw expired(service);
      case "denied":
        throw refusal(
          service,
          { action: `${service}:${action}`, resource: "*" },
          "implicitDeny",
          arnOf(call.user),
        );
      case "absent":
        throw absent(service, action, request);
      case "conflict":
        throw conflict(service, action, request);
      case "error": {
        const own = failed(service, fault.status);
        const {
          code = own.code,
          message = fault.code === undefined ? own.message : "A fault was asked for.",
        } = fault;
        throw new AwsError(code, message, fault.status ?? 500, fault.reason);
      }
    }
  }

  /**
   * Called once for each authenticated request: returns what reaches the service. Before AWS's endpoint a changed bit
   * breaks the TLS connection or the signature; behind it, only checksums detect it.
   */
  onTheWire(asked: Asked, request: RawRequest): RawRequest {
    if (request.body.length === 0 || !this.waiting.strike(asked, "flip")) return request;
    const body = Buffer.from(request.body);
    const middle = body.length >> 1;
    body[middle] = (body[middle] ?? 0) ^ 1;
    return { ...request, body, bodyHash: hashOf(body) };
  }

  /** Called after each successful request: may corrupt what it stored. */
  async inTheStorage(action: string, { world, account, region }: Call): Promise<void> {
    if (!SETTLING.includes(action)) return;
    const ofRegion = <R extends { owner: string; region: string }>(all: Iterable<R>) =>
      [...all].filter((one) => one.owner === account.id && one.region === region).at(-1);
    const snapshot = ofRegion(world.snapshots.values());
    const rotten = this.waiting.take(
      (fault): fault is Extract<Fault, { kind: "rot" }> => fault.kind === "rot" && fault.region === region,
    );
    if (rotten && snapshot) await rot(snapshot, rotten.block, world);
    if (action === "CompleteSnapshot") return;
    const copy = this.waiting.take(
      (fault): fault is Extract<Fault, { kind: "copy" }> => fault.kind === "copy" && fault.region === region,
    );
    if (!copy) return;
    const hangs = copy.as === "hanging";
    const kept = ofRegion(world.snapshots.values());
    if (kept)
      world.snapshots.set(world.key(kept), {
        ...kept,
        ...(hangs ? { completedAt: NEVER } : { failure: "" }),
      });
    const image = action === "CopyImage" ? ofRegion(world.images.values()) : undefined;
    if (image)
      world.images.set(world.key(image), {
        ...image,
        ...(hangs ? { availableAt: NEVER } : { failed: true }),
      });
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
