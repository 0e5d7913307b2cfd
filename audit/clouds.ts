import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudAudit } from "./cloud";
import { gcp } from "./gcp";

/** One line per cloud. */
export const CLOUD_AUDITS: Readonly<Record<Cloud, CloudAudit>> = { aws, gcp, azure };
