import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudStatements } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
export const CLOUD_STATEMENTS: Readonly<Record<Cloud, CloudStatements>> = { aws, gcp, azure, openstack };
