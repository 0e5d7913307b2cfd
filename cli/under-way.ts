import type { Wait } from "../clouds/waits";
import type { Quota } from "./cloud";
import { CLOUD_COMMANDS } from "./clouds";
import { formatSeconds } from "../facts/words";

/** The part of an engine event about operations in progress (`EngineEvent` in pkg's apitype, engine 3.259). */
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
  readonly resOutputsEvent?: { readonly metadata: { readonly urn: string } };
  readonly resOpFailedEvent?: { readonly metadata: { readonly urn: string } };
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly message: string;
    readonly ephemeral?: boolean;
  };
}

interface Work {
  readonly op: string;
  readonly since: number;
  /** The provider's last status line. */
  readonly status?: string;
}

const DOING: Readonly<Record<string, string>> = {
  create: "creating",
  "create-replacement": "creating",
  update: "updating",
  delete: "deleting",
  "delete-replaced": "deleting",
  refresh: "looking at",
  read: "reading",
};
/** Maximum number of names in a line; the others are counted. */
const MOST_TOLD = 3;

/** Tracks the engine's events: pending operations, and their start times. */
export class UnderWay {
  private readonly works = new Map<string, Work>();
  /** Failed operations, by URN, and the quota that each was refused by. */
  private readonly failures = new Map<string, Quota | undefined>();
  /** Completed waits for a cloud, by type of resource. */
  readonly waits: Wait[] = [];
  /** Time of the last event, milliseconds. */
  movedAt: number;
  /** True if any operation began. */
  hasBegun = false;

  constructor(now: number) {
    this.movedAt = now;
  }

  /** @param line of the engine's event log; unknown events are ignored */
  read(line: string, now: number): void {
    let event: EngineEvent;
    try {
      event = JSON.parse(line) as EngineEvent;
    } catch {
      return;
    }
    const { resourcePreEvent: begun, resOutputsEvent: done, resOpFailedEvent: failed } = event;
    const { diagnosticEvent: said } = event;
    if (begun && begun.metadata.op in DOING) {
      this.hasBegun = true;
      this.works.set(begun.metadata.urn, { op: begun.metadata.op, since: now });
    }
    for (const ended of [done, failed]) if (ended) this.end(ended.metadata.urn, now);
    if (failed) this.failures.set(failed.metadata.urn, this.failures.get(failed.metadata.urn));
    const quota = said?.urn && said.ephemeral !== true ? quotaOf(said.message) : undefined;
    if (said?.urn && quota) this.failures.set(said.urn, quota);
    const work = said?.ephemeral === true ? this.works.get(said.urn ?? "") : undefined;
    if (said && work) {
      const status = said.message.trim();
      // The engine only shows changed lines.
      if (status !== work.status) this.movedAt = now;
      this.works.set(said.urn ?? "", { ...work, status });
      return;
    }
    this.movedAt = now;
  }

  private end(urn: string, now: number): void {
    const work = this.works.get(urn);
    if (!work) return;
    this.works.delete(urn);
    const what = work.op === "delete" ? undefined : waitedFor(urn);
    if (what !== undefined) this.waits.push({ what, from: work.since, to: now });
  }

  /** Quotas that refused the failed operations, described; empty: none, or something else also failed. */
  quotasInUse(): string[] {
    const names = new Map<Quota, string[]>();
    for (const [urn, quota] of this.failures) {
      if (!quota) return [];
      names.set(quota, [...(names.get(quota) ?? []), parts(urn).name]);
    }
    return [...names].map(([quota, refused]) => quota.describe(refused));
  }

  /** `creating demo-…-us-east-1 (AmiCopy), 40 s: 55 %; and 2 more`; "": nothing. The longest first. */
  describe(now: number): string {
    const works = [...this.works].sort(([, a], [, b]) => a.since - b.since);
    const told = works.slice(0, MOST_TOLD).map(([urn, { op, since, status }]) => {
      const { type, name } = parts(urn);
      const line = `${DOING[op]} ${name} (${type.split(":").at(-1)}), ${formatSeconds((now - since) / 1000)}`;
      return status ? `${line}: ${status}` : line;
    });
    const rest = works.length - told.length;
    return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
  }
}

/** @returns what the creation waits for; `undefined`: it is work, or unknown */
function waitedFor(urn: string): string | undefined {
  const { type, name } = parts(urn);
  for (const { waits } of Object.values(CLOUD_COMMANDS)) if (type in waits) return waits[type]?.(name);
  return undefined;
}

function quotaOf(message: string): Quota | undefined {
  const quotas = Object.values(CLOUD_COMMANDS).flatMap((cloud) => cloud.quotas ?? []);
  return quotas.find(({ isRefusal }) => isRefusal(message));
}

function parts(urn: string): { type: string; name: string } {
  return {
    type: (urn.split("::")[2] ?? "").split("$").at(-1) ?? "",
    name: urn.slice(urn.lastIndexOf("::") + 2),
  };
}
