/**
 * Compares a stack with the clouds. The state of the stack is what the last `up` made true, so the program is not run: an
 * audit says what changed behind its back, also through the eyes of an account that has nothing to do with the publisher.
 */
import type { Cloud } from "../config/stack";
import { auditAws } from "./aws/audit";
import { auditAzure } from "./azure/audit";
import type { Deployment } from "./deployment";
import { type Finding, sortFindings } from "./finding";
import { auditGcp } from "./gcp/audit";
import { Collector } from "./collector";

export interface AuditOptions {
  /** AWS regions that are searched for what the stack does not know; default: all that the account has. */
  readonly regions?: readonly string[];
}

/** What an audit of one cloud works with. */
export interface Audit {
  readonly deployment: Deployment;
  readonly looking: Collector;
  readonly signal: AbortSignal;
  readonly options: AuditOptions;
  /** Where the credentials of the stranger are. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
}

export interface CloudInspected {
  /** How many of what was looked at; empty: the stack has nothing there. */
  readonly counts: Readonly<Record<string, number>>;
  readonly stranger: boolean;
}

export interface AuditResult {
  readonly findings: readonly Finding[];
  readonly looked: Readonly<Record<Cloud, CloudInspected>>;
  /** One line for each thing that could not be asked. */
  readonly unasked: readonly string[];
}

/** One line per cloud. */
const AUDITS: { readonly [C in Cloud]: (audit: Audit) => Promise<void> } = {
  aws: auditAws,
  gcp: auditGcp,
  azure: auditAzure,
};

export async function auditStack(
  deployment: Deployment,
  {
    options = {},
    env = process.env,
    now = new Date(),
    signal,
    onDelay,
  }: Partial<Audit> &
    Pick<Audit, "signal"> & {
      /** Told once for each cloud that does not answer at once. */
      readonly onDelay?: (line: string) => void;
    },
): Promise<AuditResult> {
  const clouds = Object.keys(AUDITS) as Cloud[];
  const done = await Promise.all(
    clouds.map(async (cloud) => {
      const looking = new Collector(onDelay);
      await AUDITS[cloud]({ deployment, looking, signal, options, env, now });
      return { cloud, looking };
    }),
  );
  return {
    findings: sortFindings(done.flatMap(({ looking }) => looking.findings)),
    looked: Object.fromEntries(
      done.map(({ cloud, looking }) => [cloud, { counts: looking.looked, stranger: looking.stranger }]),
    ) as Record<Cloud, CloudInspected>,
    unasked: done.flatMap(({ looking }) => looking.unasked),
  };
}
