/** Deletes left objects. Absent ones are accepted. */
import { deregisterImage } from "./api/images";
import { deleteParameter } from "./api/parameters";
import { ifPresent, openSession } from "./api/session";
import { refuseProtected } from "./held-image";
import { endInstance } from "./instances";
import { deleteSnapshot } from "./snapshots";

export async function removeImage(region: string, id: string, signal: AbortSignal): Promise<void> {
  const session = openSession(region, signal);
  await refuseProtected(session, id);
  await ifPresent(deregisterImage(session, id));
}

/** Its volume is deleted with it. */
export async function removeInstance(region: string, id: string, signal: AbortSignal): Promise<void> {
  await endInstance(openSession(region, signal), id);
}

export async function removeSnapshot(region: string, id: string, signal: AbortSignal): Promise<void> {
  await deleteSnapshot(openSession(region, signal), id);
}

export async function removeParameter(region: string, name: string, signal: AbortSignal): Promise<void> {
  await ifPresent(deleteParameter(openSession(region, signal), name));
}
