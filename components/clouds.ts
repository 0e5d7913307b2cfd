import type { CloudSections } from "../config/clouds";
import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudComponents } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
const DESCRIPTORS = { aws, gcp, azure, openstack };

/** Plans of one release, by cloud. */
export type ReleasePlans = {
  readonly [C in Cloud]: (typeof DESCRIPTORS)[C] extends CloudComponents<CloudSections[C], infer P>
    ? P
    : never;
};

export const CLOUD_COMPONENTS: {
  readonly [C in Cloud]: CloudComponents<CloudSections[C], ReleasePlans[C]>;
} = DESCRIPTORS;
