import type { ReleasePlans } from "../components/clouds";
import type { CloudSections } from "../config/clouds";
import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudCommands } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
export const CLOUD_COMMANDS: { readonly [C in Cloud]: CloudCommands<CloudSections[C], ReleasePlans[C]> } = {
  aws,
  gcp,
  azure,
  openstack,
};
