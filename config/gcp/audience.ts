import type { Audience } from "../ledger";
import { isShared, type Release } from "../release";
import { normalizeMember } from "./members";
import type { GcpConfig } from "./schema";

/** A Compute Engine image is usable everywhere: its only place is `global`. */
export function gcpAudience({ sharing }: GcpConfig, { state }: Release): Audience {
  if (!isShared(state)) return { global: [] };
  const principals = [...new Set(sharing.principals.map(normalizeMember))].sort();
  return { global: [...(sharing.public ? ["public"] : []), ...principals] };
}
