import { openSession, type Session } from "../../clouds/aws/api/session";
import type { Call } from "../../plugin/resource";

/** A session whose progress and warnings go to the resource's line in the engine's display. */
export function sessionFor(region: string, call: Call): Session {
  return openSession(region, call.signal, {
    status: (line) => call.status(line),
    warn: (line) => call.log("warning", line),
  });
}
