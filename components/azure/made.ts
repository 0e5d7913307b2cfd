import type { MadeFrom } from "../../config/ledger";
import type { AzurePlan } from "./plan";

/** What says where a gallery version and its disk are: another value makes them anew. */
export function madeFrom({ resourceGroup, location, preflight, images }: AzurePlan): MadeFrom {
  const { gallery } = preflight;
  return Object.fromEntries(
    images.map(({ architecture, definition, disk: { diskName } }) => [
      architecture,
      { resourceGroup, location, gallery, definition, disk: diskName },
    ]),
  );
}
