import { type AzureSession, openAzureSession } from "../../clouds/azure/api/session";
import type { Call } from "../../plugin/resource";
import type { ClosingCall } from "../closing";

/** A session whose progress goes to the resource's line in the engine's display. */
export function sessionFor(call: Call): AzureSession {
  return openAzureSession(call.signal, { status: (line) => call.status(line) });
}

/** A session with a closing's time limit that reports retries to it. */
export function closingSession(call: ClosingCall): AzureSession {
  return { ...sessionFor(call), policy: call.policy, failing: (failure) => call.failing(failure) };
}
