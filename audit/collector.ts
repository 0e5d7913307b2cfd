import { CloudFailure } from "../clouds/failure";
import { atMost } from "../clouds/parallel";
import type { Finding } from "./finding";

/** Requests under way at once, all clouds and regions together: many small answers, and no cloud is hurt by them. */
const AT_ONCE = 24;

/** What one cloud's audit collects: what differs, how much was looked at, and what could not be asked. */
export class Collector {
  readonly findings: Finding[] = [];
  /** How many of what: `{ images: 12, regions: 8 }`. */
  readonly looked: Record<string, number> = {};
  /** One line each. */
  readonly unasked: string[] = [];
  /** Whether it was looked at through the eyes of somebody else too. */
  stranger = false;

  private waits = false;
  private readonly gate = atMost(AT_ONCE);

  /** @param onDelay told once, of the first call that is tried again: a silent wait looks like a stall */
  constructor(private readonly onDelay: (line: string) => void = () => undefined) {}

  /** Calls that are tried again speak to this. */
  status(line: string): void {
    if (this.waits) return;
    this.waits = true;
    this.onDelay(line);
  }

  /** `undefined`: it could not be asked, and the reason is kept. Other work goes on. */
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

  /** A stranger's finding is no news where the owner knows already why. */
  foundByStranger(...findings: readonly Finding[]): void {
    this.foundUnless(explains, findings);
  }

  /** @param why whether a finding of the owner's is the reason for one of these */
  foundUnless(why: (owners: Finding, strangers: Finding) => boolean, findings: readonly Finding[]): void {
    const known = this.findings.filter(({ seenBy }) => seenBy === "owner");
    this.findings.push(...findings.filter((finding) => !known.some((owners) => why(owners, finding))));
  }
}

/** Whether what the owner sees of a thing, or of what holds it, is the reason for what a stranger sees. */
export function explains(owners: Finding, strangers: Finding): boolean {
  const [held, holder] = [strangers.object.id, owners.object.id];
  if (held !== holder && !held.startsWith(`${holder}/`)) return false;
  if (owners.region !== "global" && owners.region !== strangers.region) return false;
  if (owners.object.kind === "family") return true;
  if (/^(tag|label) /.test(owners.field)) return false;
  const kinds = strangers.kind === "hidden" ? ["missing", "hidden"] : ["extra"];
  return kinds.includes(owners.kind);
}
