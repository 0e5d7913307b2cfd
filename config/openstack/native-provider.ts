import type { NativeProvider } from "../cloud";

export const openstackNativeProvider: NativeProvider = {
  package: "openstack",
  elsewhere: { cloud: "imprimatur:openstack.cloud, or OS_CLOUD", region: "imprimatur:openstack.regions" },
  otherwise: "use clouds.yaml or the OS_… variables",
  same: { cloud: "cloud" },
};
