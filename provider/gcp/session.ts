import { type GoogleSession, openGoogleSession } from "../../clouds/gcp/api/session";
import type { Call } from "../../plugin/resource";

/** A session whose progress goes to the resource's line in the engine's display, and warnings below it. */
export function sessionFor(call: Call): GoogleSession {
  return openGoogleSession(call.signal, {
    status: (line) => call.status(line),
    warning: (line) => call.log("warning", line),
  });
}
