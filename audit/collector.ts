import { CloudFailure } from "../clouds/failure";
import { type Cloud, CLOUD_LABELS } from "../facts/clouds";
import { atMost } from "../clouds/parallel";
import { LOOKUP } from "../clouds/retry";
import type { Finding } from "./finding";

/** Concurrent requests over all clouds and regions: many small responses, well below the clouds' limits. */
const AT_ONCE = 24;

/** Results of one cloud's audit: differences, number of inspected objects, failed queries. */
export class Collector {
  readonly findings: Finding[] = [];
  /** Inspected objects by kind: `{ images: 12, regions: 8 }`. */
  readonly counts: Record<string, number> = {};
  /** Failed queries, one line each. */
  readonly failures: string[] = [];
  /** True if also inspected with a stranger's credentials. */
  stranger = false;

  /** How long a query is repeated. */
  readonly policy = LOOKUP;

  private waits = false;
  private readonly gate = atMost(AT_ONCE);

  /**
   * @param onDelay called once, at the first retried call: a silent wait looks like a hang
   * @param onCount called with each inspected object
   */
  constructor(
    private readonly onDelay: (line: string) => void = () => undefined,
    private readonly onCount: () => void = () => undefined,
  ) {}

  /** Status line of retried calls. */
  readonly status = (line: string): void => {
    if (this.waits) return;
    this.waits = true;
    this.onDelay(line);
  };

  /**
   * `undefined`: the query failed, and the reason is kept. Other work continues.
   *
   * @param who asks, if it is not the owner: `as a stranger`
   */
  async ask<T>(work: () => Promise<T>, who?: string): Promise<T | undefined> {
    try {
      return await this.gate(work);
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
      const line = who === undefined ? error.message : `${who}: ${error.message}`;
      if (!this.failures.includes(line)) this.failures.push(line);
      return undefined;
    }
  }

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
    this.onCount();
  }

  found(...findings: readonly Finding[]): void {
    this.findings.push(...findings);
  }

  /** A stranger's finding is dropped if an owner's finding already explains it. */
  foundByStranger(...findings: readonly Finding[]): void {
    this.foundUnless(explains, findings);
  }

  /** @param why true if an owner's finding is the reason for one of these */
  foundUnless(why: (owners: Finding, strangers: Finding) => boolean, findings: readonly Finding[]): void {
    const known = this.findings.filter(({ seenBy }) => seenBy === "owner");
    this.findings.push(...findings.filter((finding) => !known.some((owners) => why(owners, finding))));
  }
}

/** `AWS 34 images, 18 regions; Google Cloud 1 image`: how far several are. */
export class SoFar {
  private readonly collectors = new Map<Cloud, Collector>();

  constructor(private readonly show: (line: string) => void = () => undefined) {}

  /** A collector whose objects are counted here. */
  collector(cloud: Cloud, onDelay?: (line: string) => void): Collector {
    const collector = new Collector(onDelay, () => this.show(this.line()));
    this.collectors.set(cloud, collector);
    return collector;
  }

  private line(): string {
    return [...this.collectors]
      .filter(([, { counts }]) => Object.keys(counts).length > 0)
      .map(([cloud, { counts }]) => `${CLOUD_LABELS[cloud]} ${describeCounts(counts)}`)
      .join("; ");
  }
}

/** `12 images, 1 region` */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${count === 1 ? what.replace(/ies$/, "y").replace(/s$/, "") : what}`)
    .join(", ");
}

/** True if an owner's finding about an object, or its container, is the reason for a stranger's finding. */
export function explains(owners: Finding, strangers: Finding): boolean {
  const [held, holder] = [strangers.object.id, owners.object.id];
  if (held !== holder && !held.startsWith(`${holder}/`)) return false;
  if (owners.region !== "global" && owners.region !== strangers.region) return false;
  if (owners.object.kind === "family") return true;
  if (/^(tag|label) /.test(owners.field)) return false;
  const kinds = strangers.kind === "hidden" ? ["missing", "hidden"] : ["extra"];
  return kinds.includes(owners.kind);
}
