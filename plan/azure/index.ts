import type { CloudStatements } from "../cloud";
import { latestChanges } from "./latest";
import { AZURE_OBJECTS } from "./objects";

export const azure: CloudStatements = {
  objects: AZURE_OBJECTS,
  closes: {
    "imprimatur:azure:VersionClosing": "gallery version",
    "imprimatur:azure:RegionClosing": "gallery version",
    "imprimatur:azure:GalleryClosing": "gallery",
  },
  latest: latestChanges,
};
