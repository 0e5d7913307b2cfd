import { type AzureSession, openAzureSession } from "../../clouds/azure/api/session";
import type { ClosingCall } from "../closing";
import type { Asking } from "../preflight-report";

/** A session whose progress goes to the resource's line in the engine's display. */
export function sessionFor(call: Asking): AzureSession {
  const { signal, policy } = call;
  return openAzureSession(signal, { status: (line) => call.status(line), ...(policy && { policy }) });
}

/** A session with a closing's time limit that reports retries to it. */
export function closingSession(call: ClosingCall): AzureSession {
  return { ...sessionFor(call), policy: call.policy, failing: (failure) => call.failing(failure) };
}
