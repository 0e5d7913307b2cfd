/** Identity of the object a verification read back, from the state, and its form in a finding. */
import type { ObjectIdentity } from "../config/object-identity";
import { plain, type StateResource } from "./deployment";

/** From a verification's outputs; empty if its version did not record it. */
export function verifiedIdentity({ outputs }: StateResource): ObjectIdentity {
  const [uid, createdAt] = [plain(outputs.uid), plain(outputs.createdAt)];
  return { ...(uid && { uid }), ...(createdAt && { createdAt }) };
}

export function formatIdentity({ uid, createdAt }: ObjectIdentity): string {
  const told = [...(uid === undefined ? [] : [uid])];
  if (createdAt !== undefined) told.push(`made at ${createdAt}`);
  return told.join(", ");
}
