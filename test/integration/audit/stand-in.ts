import { setMaxListeners } from "node:events";
import { auditStack, type AuditResult } from "../../../audit/audit";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { type Cloud, rightsFault } from "../../published-rights";
import { Deployment } from "../../../audit/deployment";
import { exportOf } from "../../unit/audit/exported";

const { signal } = new AbortController();
// Each request under way adds a listener.
setMaxListeners(0, signal);

/**
 * Commands on a hand-written stack, on a stand-in cloud that the environment names, with the published rights only.
 */
export class StandIn {
  private running: RunningCloud | undefined;

  constructor(private readonly cloud: Cloud) {}

  is(running: RunningCloud): void {
    this.running = running;
  }

  async fault(fault: object): Promise<void> {
    await this.running!.fault!(fault);
  }

  /** An audit with the auditor's document and no other right, less `without`. */
  audit(
    resources: readonly object[],
    env: Record<string, string | undefined> = process.env,
    without: readonly string[] = [],
  ): Promise<AuditResult> {
    const audit = () => auditStack(Deployment.parse(exportOf(resources)), { signal, env });
    return this.only("auditor", audit, without);
  }

  /** Afterwards the publisher has every document again. */
  async only<T>(document: string, work: () => Promise<T>, without: readonly string[] = []): Promise<T> {
    await this.running!.fault!(rightsFault(this.cloud, [document], { without }));
    try {
      return await work();
    } finally {
      await this.running!.fault!(rightsFault(this.cloud));
    }
  }
}

export function briefly({ findings }: AuditResult): string[] {
  return findings.map(
    ({ region, object, field, kind, repair, seenBy }) =>
      `${region} ${object.kind} ${field}: ${kind}, ${repair}, ${seenBy}`,
  );
}
