import type { ReservedValues } from "../cloud";
import type { OpenstackConfig } from "./schema";

/**
 * A cloud of OpenStack is whichever is named: no host is OpenStack's own, and no project is nobody's everywhere, so
 * nothing tells a rehearsal's from another one.
 */
export const openstackReserved: ReservedValues<OpenstackConfig> = {
  endpoints: [],
  hosts: /(?!)/,
  find: () => [],
};
