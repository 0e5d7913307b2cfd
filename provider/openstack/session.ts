import {
  openOpenstackSession,
  type OpenstackPlace,
  type OpenstackSession,
} from "../../clouds/openstack/api/session";
import type { Asking } from "../preflight-report";

/** A session whose progress goes to the resource's line in the engine's display. */
export function sessionFor(place: OpenstackPlace, call: Asking): OpenstackSession {
  const { policy } = call;
  return openOpenstackSession(place, call.signal, {
    status: (line) => call.status(line),
    ...(policy && { policy }),
  });
}
