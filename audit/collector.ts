import { CloudFailure } from "../clouds/failure";
import { atMost } from "../clouds/parallel";
import type { Finding } from "./finding";

/** Concurrent requests over all clouds and regions: many small responses, well below the clouds' limits. */
const AT_ONCE = 24;

/** Results of one cloud's audit: differences, number of inspected objects, failed queries. */
export class Collector {
  readonly findings: Finding[] = [];
  /** Inspected objects by kind: `{ images: 12, regions: 8 }`. */
  readonly looked: Record<string, number> = {};
  /** One line each. */
  readonly unasked: string[] = [];
  /** True if also inspected with a stranger's credentials. */
  stranger = false;

  private waits = false;
  private readonly gate = atMost(AT_ONCE);

  /** @param onDelay called once, at the first retried call: a silent wait looks like a hang */
  constructor(private readonly onDelay: (line: string) => void = () => undefined) {}

  /** Status line of retried calls. */
  status(line: string): void {
    if (this.waits) return;
    this.waits = true;
    this.onDelay(line);
  }

  /** `undefined`: the query failed, and the reason is kept. Other work continues. */
  async ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.gate(work);
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
      if (!this.unasked.includes(error.message)) this.unasked.push(error.message);
      return undefined;
    }
  }

  count(what: string, by = 1): void {
    this.looked[what] = (this.looked[what] ?? 0) + by;
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
