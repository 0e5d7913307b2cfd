import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudTrust } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
export const CLOUD_TRUST: { readonly [C in Cloud]: CloudTrust<C> } = { aws, gcp, azure, openstack };
