import type { Owner } from "../../clouds/gcp/others";
import { stackLabel } from "../../config/gcp/names";
import { ownerOf } from "../preflight-report";

/** The stack of this URN, as in the labels of its archives and images on Google Cloud. */
export function googleOwner(urn: string): Owner {
  const stack = ownerOf(urn);
  const { now: label, formerly: formerLabel } = stackLabel(stack);
  return { stack, label, formerLabel };
}
