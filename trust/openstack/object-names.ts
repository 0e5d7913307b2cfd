import type { ObjectNames } from "../object-facts";

export const openstack: ObjectNames = {
  uriOf: ({ region, account, kind, id }) => `openstack:glance:${region}:${account}:${kind}/${id}`,
  // Glance gives no id out twice.
  keyOf: (_name, { region, id }) => `${region} ${id}`,
};
