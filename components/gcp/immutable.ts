import type { ImmutableValues } from "../../config/ledger";
import { REQUEST_DIGEST } from "../../config/immutable";
import type { GcpPlan } from "./plan";

/** Properties whose change forces replacement of a Compute Engine image: all but its labels. */
export function immutableValues({ project, images }: GcpPlan): ImmutableValues {
  return Object.fromEntries(
    images.map(({ architecture, image, archive: { bucket }, digests }) => {
      const { name, description, guestOsFeatures, licenses = [], storageLocations = [] } = image;
      const given = {
        ...{ project, bucket, name, description },
        guestOsFeatures: guestOsFeatures.join(", "),
        licenses: licenses.join(", "),
        storageLocations: storageLocations.join(", "),
        [REQUEST_DIGEST]: digests.join(", "),
      };
      return [architecture, given];
    }),
  );
}
