import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudTrust } from "./cloud";
import { gcp } from "./gcp";

/** One line per cloud. */
export const CLOUD_TRUST: { readonly [C in Cloud]: CloudTrust<C> } = { aws, gcp, azure };
