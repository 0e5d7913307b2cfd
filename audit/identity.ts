/** Which object a verification read back: as the state keeps it, and as a finding shows it. */
import type { ObjectIdentity } from "../config/object-identity";
import { plain, type StateResource } from "./deployment";

/** From the outputs of a verification; empty for one of a version that did not keep it. */
export function verifiedIdentity({ outputs }: StateResource): ObjectIdentity {
  const [uid, createdAt] = [plain(outputs.uid), plain(outputs.createdAt)];
  return { ...(uid && { uid }), ...(createdAt && { createdAt }) };
}

export function formatIdentity({ uid, createdAt }: ObjectIdentity): string {
  const told = [...(uid === undefined ? [] : [uid])];
  if (createdAt !== undefined) told.push(`made at ${createdAt}`);
  return told.join(", ");
}
