import type { Cloud } from "../../../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudDocuments } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
export const CLOUD_DOCUMENTS: Readonly<Record<Cloud, CloudDocuments>> = { aws, gcp, azure, openstack };
