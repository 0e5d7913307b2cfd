import type { CloudConfig } from "../cloud";
import { openstackAccess, openstackClosings } from "./access";
import { openstackAudience } from "./audience";
import { openstackNativeProvider } from "./native-provider";
import { openstackReserved } from "./reserved";
import { openstackProblems } from "./rules";
import { openstack as schema, type OpenstackConfig } from "./schema";

export const openstack = {
  schema,
  placeholder: () => ({ regions: { RegionOne: { visibility: "private" } } }),
  rules: openstackProblems,
  audience: openstackAudience,
  access: openstackAccess,
  closings: openstackClosings,
  // Name, properties and limits are changed in place; another disk is refused under the same version.
  immutable: () => [],
  hasImagePerRegion: true,
  names: ({ image }) => [[["image", "nameTemplate"], image.nameTemplate]],
  nativeProvider: openstackNativeProvider,
  reserved: openstackReserved,
} satisfies CloudConfig<OpenstackConfig>;
