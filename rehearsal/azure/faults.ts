import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { readFault } from "../faults/kinds";
import { spoil } from "../faults/network";
import { Waiting } from "../faults/waiting";
import type { Asked } from "../faults/which";
import type { Answer } from "./arm/http";
import { normalise } from "./arm/locations";
import { type Fault, KINDS, translate } from "./fault-kinds";
import {
  absent,
  answerOf,
  conflict,
  denied,
  expired,
  failed,
  type ServiceName,
  serviceOf,
  throttled,
  type Words,
} from "./fault-words";

export type { Fault } from "./fault-kinds";

type Of<K extends Fault["kind"]> = Extract<Fault, { kind: K }>;

/** Effects of faults outside Resource Manager's responses, and the facts they need about this cloud. */
interface World {
  mutate: (mutation: Of<"mutate">) => Promise<void>;
  roles: (change: Of<"roles">) => void;
  lock: (change: Of<"lock">) => void;
  /** Flips a bit of the next page writes. */
  flip: (times: number) => Promise<void>;
  /** True if requests over disk links are reported first ({@link Faults.overLink}). */
  watchLinks: (on: boolean) => Promise<void>;
  /** Region of a path's resource, or of its parent. */
  regionOf: (path: string) => string | undefined;
}

/** Effect on a request over a disk's link, before Azurite gets it. */
interface LinkVerdict {
  seconds?: number;
  refused?: Words;
  lost?: "hang" | "drop";
  cutAfterBytes?: number;
}

const REFUSALS = ["throttle", "error", "expired", "denied", "absent", "conflict"] as const;

/** Requested faults of this cloud, each until done `times` times. Forgotten at a restart. */
export class Faults {
  /** The stricter one by default. */
  absentProfileMeans: "private" | "unchanged" = "private";
  private readonly waiting = new Waiting<Fault>();

  constructor(private readonly world: World) {}

  /** Accepts a fault; refuses unknown ones, listing the known ones. */
  async add(given: unknown): Promise<unknown> {
    const fault = readFault("azure", KINDS, given, translate);
    switch (fault.kind) {
      case "clear":
        this.waiting.clear();
        this.absentProfileMeans = "private";
        break;
      case "absent-profile":
        this.absentProfileMeans = fault.means;
        break;
      case "roles":
        this.world.roles(fault);
        break;
      case "lock":
        this.world.lock(fault);
        break;
      case "mutate":
        await this.world.mutate(fault);
        break;
      case "flip":
        await this.world.flip(fault.times);
        break;
      case "list":
        break;
      default:
        if (fault.kind === "slow") this.waiting.clear("slow");
        if (fault.kind !== "slow" || fault.seconds > 0) this.waiting.add(inNormalForm(fault));
    }
    const pending = this.waiting.list();
    await this.world.watchLinks(pending.some((one) => "service" in one || "seed" in one));
    return { pending };
  }

  /** Effect on a request before, or instead of, its response. */
  async disturb(
    message: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<Answer | "over" | undefined> {
    const method = message.method ?? "GET";
    const service = serviceOf(path);
    const asked = { service, operation: `${method} ${path}`, path, region: this.world.regionOf(path) };
    const slow = this.waiting.strike(asked, "slow");
    if (slow) await pause(slow.seconds * 1000);
    const spoiled = this.waiting.strike(asked, "reset", "trickle", "flip-answer");
    if (spoiled) spoil(response, spoiled);
    const lost = this.waiting.strike(asked, ...REFUSALS, "hang", "drop");
    if (lost?.kind === "hang") return "over";
    if (lost?.kind === "drop") {
      message.socket.destroy();
      return "over";
    }
    return lost && answerOf(wordsOf(lost, service, method, path));
  }

  /** The same for a request over a disk's link. */
  overLink(method: string, path: string): LinkVerdict {
    const asked: Asked = { service: "storage", operation: `${method} ${path}`, path };
    const seconds = this.waiting.strike(asked, "slow")?.seconds;
    const hit = this.waiting.strike(asked, ...REFUSALS, "hang", "drop", "cut");
    const verdict: LinkVerdict = seconds === undefined ? {} : { seconds };
    if (hit === undefined) return verdict;
    if (hit.kind === "hang" || hit.kind === "drop") return { ...verdict, lost: hit.kind };
    if (hit.kind === "cut") return { ...verdict, cutAfterBytes: hit.afterBytes };
    return { ...verdict, refused: wordsOf(hit, "storage", method, path) };
  }

  /** A requested bad end of a replication to `region`; once for each. */
  replicationTo(region: string): "failed" | "hanging" | undefined {
    return this.waiting.take(
      (fault): fault is Of<"replication"> => fault.kind === "replication" && fault.region === region,
    )?.as;
  }

  refusesSecurity(): boolean {
    return !!this.waiting.take((fault): fault is Of<"security"> => fault.kind === "security");
  }

  dropsShare(): boolean {
    return !!this.waiting.take((fault): fault is Of<"share"> => fault.kind === "share");
  }

  /** Offset of a byte to corrupt in a disk or version whose bytes are now complete; usually none. */
  rotsAt(what: "disk" | "version"): number | undefined {
    return this.waiting.take((fault): fault is Of<"rot"> => fault.kind === "rot" && fault.of === what)
      ?.offset;
  }
}

/** `West Europe` and `westeurope` are one region. */
function inNormalForm(fault: Fault): Fault {
  if (!("region" in fault) || fault.region === undefined) return fault;
  return { ...fault, region: normalise(fault.region) } as Fault;
}

function wordsOf(
  fault: Of<(typeof REFUSALS)[number]>,
  service: ServiceName,
  method: string,
  path: string,
): Words {
  switch (fault.kind) {
    case "throttle":
      return throttled(service, method, fault.retryAfter);
    case "expired":
      return expired(service);
    case "denied":
      return denied(service);
    case "absent":
      return absent(service, path);
    case "conflict":
      return conflict(service, method);
    case "error": {
      const own = failed(service, fault.status);
      return {
        ...own,
        status: fault.status,
        code: fault.code ?? own.code,
        message: fault.message ?? own.message,
      };
    }
  }
}
