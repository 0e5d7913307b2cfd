import type { CloudStatements } from "../cloud";
import { awsLimits } from "./limits";
import { AWS_OBJECTS } from "./objects";

export const aws: CloudStatements = {
  objects: AWS_OBJECTS,
  closes: { "imprimatur:aws:ImageClosing": "image" },
  limits: awsLimits,
};
