import type { CloudAudit } from "../cloud";
import { amiCopyRemnant, amiRemnant } from "./remnants";
import { snapshotRemnant } from "./snapshot-remnant";
import { placesOnAws } from "./places";
import { sweepAws } from "./sweep";
import { auditAws } from "./audit";

export const aws: CloudAudit = {
  audit: auditAws,
  strangerNeeds: "STRANGER_AWS_ACCESS_KEY_ID and STRANGER_AWS_SECRET_ACCESS_KEY are not set",
  places: placesOnAws,
  sweep: sweepAws,
  remnants: {
    "aws:ec2/ami:Ami": amiRemnant,
    "aws:ec2/amiCopy:AmiCopy": amiCopyRemnant,
    "imprimatur:aws:Snapshot": snapshotRemnant,
  },
};
