import { openstackNativeProvider } from "../../config/openstack/native-provider";
import type { OpenstackConfig } from "../../config/openstack/schema";
import type { CloudAudit } from "../cloud";

export const openstack: CloudAudit<OpenstackConfig> = {
  nativePackage: openstackNativeProvider.package,
  strangerVariables: ["STRANGER_OS_CLOUD"],
  searchPlaces: ({ cloud, regions }) => ({
    regions: Object.keys(regions),
    ...(cloud !== undefined && { clouds: [cloud] }),
  }),
  remnants: ["imprimatur:openstack:Image"],
  // Each cloud's own, if it bills images at all.
  pricePages: [],
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./queries") as typeof import("./queries")).queries,
};
