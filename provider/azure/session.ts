import { type AzureSession, openAzureSession } from "../../clouds/azure/http";
import type { Call } from "../../plugin/resource";
import type { ClosingCall } from "../closing";

/** A session whose progress goes to the resource's line in the engine's display. */
export function sessionFor(call: Call): AzureSession {
  return openAzureSession(call.signal, { status: (line) => call.status(line) });
}

/** A session that keeps to a closing's time, and tells it of what is tried again. */
export function closingSession(call: ClosingCall): AzureSession {
  return { ...sessionFor(call), policy: call.policy, failing: (failure) => call.failing(failure) };
}
