/**
 * Compares a stack with the clouds. The stack's state is what the last `up` achieved, so the program is not run: an
 * audit reports what changed since, also as seen by an account unrelated to the publisher.
 */
import { type Cloud, CLOUDS } from "../facts/clouds";
import { CLOUD_AUDITS, cloudsOf } from "./clouds";
import type { Deployment } from "./deployment";
import { type Finding, sortFindings } from "./finding";
import { SoFar } from "./collector";
import type { Audit } from "./input";

export interface CloudInspected {
  /** Number of inspected objects by kind; empty: the stack has nothing there. */
  readonly counts: Readonly<Record<string, number>>;
  readonly stranger: boolean;
}

export interface AuditResult {
  readonly findings: readonly Finding[];
  /** As in the JSON. */
  readonly looked: Readonly<Record<Cloud, CloudInspected>>;
  /** As in the JSON: one line for each object that could not be queried. */
  readonly unasked: readonly string[];
}

export async function auditStack(
  deployment: Deployment,
  {
    options = {},
    env = process.env,
    now = new Date(),
    signal,
    onDelay,
    onLook,
  }: Partial<Audit> &
    Pick<Audit, "signal"> & {
      /** Called once for each cloud that does not answer at once. */
      readonly onDelay?: (line: string) => void;
      /** Called with what was inspected so far. */
      readonly onLook?: (line: string) => void;
    },
): Promise<AuditResult> {
  const stated = cloudsOf(deployment);
  const soFar = new SoFar(onLook);
  const done = await Promise.all(
    CLOUDS.map(async (cloud) => {
      const collector = soFar.collector(cloud, onDelay);
      if (stated.includes(cloud))
        await CLOUD_AUDITS[cloud].load().audit({ deployment, collector, signal, options, env, now });
      return { cloud, collector };
    }),
  );
  return {
    findings: sortFindings(done.flatMap(({ collector }) => collector.findings)),
    looked: Object.fromEntries(
      done.map(({ cloud, collector }) => [cloud, { counts: collector.counts, stranger: collector.stranger }]),
    ) as Record<Cloud, CloudInspected>,
    unasked: done.flatMap(({ collector }) => collector.failures),
  };
}
