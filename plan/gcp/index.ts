import type { CloudStatements } from "../cloud";
import { GCP_OBJECTS } from "./objects";

export const gcp: CloudStatements = {
  objects: GCP_OBJECTS,
  closes: { "imprimatur:gcp:ImageClosing": "image" },
};
