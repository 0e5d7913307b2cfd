import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudHandlers } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
export const CLOUD_HANDLERS: Readonly<Record<Cloud, CloudHandlers>> = { aws, gcp, azure, openstack };
