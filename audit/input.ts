import type { Collector } from "./collector";
import type { Deployment } from "./deployment";

interface AuditOptions {
  /** AWS regions searched for unknown objects; default: all regions of the account. */
  readonly regions?: readonly string[];
}

/** Input of the audit of one cloud. */
export interface Audit {
  readonly deployment: Deployment;
  readonly collector: Collector;
  readonly signal: AbortSignal;
  readonly options: AuditOptions;
  /** Source of the stranger's credentials. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
}
