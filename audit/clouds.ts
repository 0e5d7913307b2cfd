import type { CloudSections } from "../config/clouds";
import { type Cloud, CLOUDS } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudAudit } from "./cloud";
import type { Deployment } from "./deployment";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
export const CLOUD_AUDITS: { readonly [C in Cloud]: CloudAudit<CloudSections[C]> } = {
  aws,
  gcp,
  azure,
  openstack,
};

/** Clouds that a stack has, or began to have, something on. */
export function cloudsOf({ everything, pending }: Deployment): Cloud[] {
  const types = [...everything.map(({ type }) => type), ...pending.map(({ resourceType }) => resourceType)];
  return CLOUDS.filter((cloud) => {
    const packages = [`${CLOUD_AUDITS[cloud].nativePackage}:`, `imprimatur:${cloud}:`];
    return types.some((type) => packages.some((prefix) => type.startsWith(prefix)));
  });
}
