import { type AzureSession, openAzureSession } from "../../clouds/azure/http";
import type { Call } from "../../plugin/resource";

/** A session whose progress goes to the resource's line in the engine's display. */
export function sessionFor(call: Call): AzureSession {
  return openAzureSession(call.signal, { status: (line) => call.status(line) });
}
