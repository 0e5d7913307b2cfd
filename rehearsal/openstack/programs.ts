import { programPath } from "../../facts/programs";

/** Programs of the real services, by Debian's package. */
const PACKAGES = {
  keystone: ["keystone-manage", "keystone-wsgi-public"],
  "glance-api": ["glance-api", "glance-manage"],
  "util-linux": ["setpriv"],
} as const;

/** @throws one line with the command that installs what is missing */
export function refuseMissing(): void {
  const missing = missingServices();
  if (missing === undefined) return;
  throw new Error(
    `OpenStack's own services are needed, and are not all installed: run \`${missing}\` (Debian), or leave --openstack out`,
  );
}

/** Command that installs the missing packages; `undefined`: none is missing. */
export function missingServices(): string | undefined {
  const missing = Object.entries(PACKAGES)
    .filter(([, programs]) => programs.some((program) => programPath(program) === undefined))
    .map(([name]) => name);
  return missing.length === 0 ? undefined : `apt-get install --no-install-recommends ${missing.join(" ")}`;
}
