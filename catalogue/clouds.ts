import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CatalogueCloud } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
export const CATALOGUE_CLOUDS: { readonly [C in Cloud]: CatalogueCloud } = { aws, gcp, azure, openstack };
