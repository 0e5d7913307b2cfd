import { setMaxListeners } from "node:events";
import { auditStack, type AuditResult } from "../../../audit/audit";
import { Deployment } from "../../../audit/deployment";
import { exportOf } from "./exported";

const { signal } = new AbortController();
// Each request under way listens to it.
setMaxListeners(0, signal);

/** An audit of a stack that is made by hand, against the stand-in cloud that the environment names. */
export function auditOf(resources: readonly object[], env: Record<string, string | undefined> = process.env) {
  return auditStack(Deployment.parse(exportOf(resources)), { signal, env });
}

export function briefly({ findings }: AuditResult): string[] {
  return findings.map(
    ({ region, object, field, kind, repair, seenBy }) =>
      `${region} ${object.kind} ${field}: ${kind}, ${repair}, ${seenBy}`,
  );
}
