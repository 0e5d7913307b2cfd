import type { Owner } from "../../clouds/gcp/others";
import { stackLabel } from "../../config/gcp/names";
import { ownerOf } from "../preflight-report";

/** The stack of this URN, by what its archives and images on Google Cloud say. */
export function googleOwner(urn: string): Owner {
  const stack = ownerOf(urn);
  const { now: label, formerly: formerLabel } = stackLabel(stack);
  return { stack, label, formerLabel };
}
