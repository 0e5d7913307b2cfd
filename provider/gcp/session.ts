import { type GoogleSession, openGoogleSession } from "../../clouds/gcp/api/session";
import type { Call } from "../../plugin/resource";
import type { Asking } from "../preflight-report";

/** A session whose progress goes to the resource's line in the engine's display, and warnings below it. */
export function sessionFor(call: Asking & Partial<Pick<Call, "log">>): GoogleSession {
  const { policy } = call;
  return openGoogleSession(call.signal, {
    status: (line) => call.status(line),
    ...(call.log && { warning: (line: string) => call.log?.("warning", line) }),
    ...(policy && { policy }),
  });
}
