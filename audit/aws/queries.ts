import type { CloudQueries } from "../cloud";
import { auditAws } from "./audit";
import { placesOnAws } from "./places";
import { amiCopyRemnant, amiRemnant } from "./remnants";
import { snapshotRemnant } from "./snapshot-remnant";
import { sweepAws } from "./sweep";

export const queries: CloudQueries = {
  audit: auditAws,
  places: placesOnAws,
  sweep: sweepAws,
  remnants: {
    "aws:ec2/ami:Ami": amiRemnant,
    "aws:ec2/amiCopy:AmiCopy": amiCopyRemnant,
    "imprimatur:aws:Snapshot": snapshotRemnant,
  },
};
