import { identify, openOpenstackSession } from "../../clouds/openstack/api/session";
import { BRISK } from "../../clouds/retry";
import { onInterrupt } from "../interrupt";
import type { TryCloud } from "../try/cloud";

export const openstackTry: TryCloud = {
  home: process.env.OS_REGION_NAME || "RegionOne",
  accountOf: (_given, region) =>
    onInterrupt(async (signal) => {
      const { project } = await identify(openOpenstackSession({ region }, signal, { policy: BRISK }));
      return project.id;
    }),
  section: ({ regions }) => ({
    regions: Object.fromEntries(regions.map((region) => [region, { visibility: "private" }])),
  }),
  questions: (shown) =>
    Object.values(shown).flatMap((ids) =>
      Object.entries(ids).map(([region, id]) => [id, "--region", region, "--bytes"]),
    ),
  billed: (regions) =>
    `an image of the disk's whole size${regions > 1 ? ` in each of ${regions} regions` : ""}, if the cloud bills images at all`,
  removal: ({ region, object: { id } }) =>
    `openstack --os-region-name ${region} image set --unprotected ${id}; openstack --os-region-name ${region} image delete ${id}`,
};
