import type { ReservedValues } from "../cloud";
import type { OpenstackConfig } from "./schema";

/**
 * A cloud of OpenStack is whichever is named: no host is OpenStack's own, and no project is nobody's everywhere. One on
 * this machine's loopback is nobody's but the user's: a rehearsal names its Keystone in OS_AUTH_URL too.
 */
export const openstackReserved: ReservedValues<OpenstackConfig> = {
  endpoints: ["OS_AUTH_URL"],
  hosts: /^(?!(?:localhost|127\.0\.0\.1|\[::1\])$)/,
  find: () => [],
};
