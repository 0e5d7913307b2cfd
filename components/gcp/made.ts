import type { MadeFrom } from "../../config/ledger";
import { ASKED_FOR } from "../../config/made";
import type { GcpPlan } from "./plan";

/** What a Compute Engine image cannot change, which is all but its labels: another value makes it anew. */
export function madeFrom({ project, images }: GcpPlan): MadeFrom {
  return Object.fromEntries(
    images.map(({ architecture, image, archive: { bucket }, digests }) => {
      const { name, description, guestOsFeatures, licenses = [], storageLocations = [] } = image;
      const given = {
        ...{ project, bucket, name, description },
        guestOsFeatures: guestOsFeatures.join(", "),
        licenses: licenses.join(", "),
        storageLocations: storageLocations.join(", "),
        [ASKED_FOR]: digests.join(", "),
      };
      return [architecture, given];
    }),
  );
}
