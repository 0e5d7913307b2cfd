import type { Service } from "../transcript/http";

/** Requests to Glance; sign-ins are in no transcript. */
export const openstackServices: Service = {
  cloud: "openstack",
  serviceOf: () => "image",
};
