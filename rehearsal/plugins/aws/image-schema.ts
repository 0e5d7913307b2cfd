import type { Property, Schema } from "../bridge/schema";
import { sameMinute } from "./image";
import { REGION } from "./region";
import { TAGS } from "./tags";

const cloudText: Property = { type: "string", by: "cloud" };
const cloudFlag: Property = { type: "bool", by: "cloud" };

/** Common properties of registered and copied images. */
export const IMAGE: Schema = {
  ...REGION,
  ...TAGS,
  arn: cloudText,
  deprecationTime: {
    type: "string",
    by: "optional",
    same: sameMinute,
    refuse: (value: string) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
      !Number.isNaN(Date.parse(value))
        ? undefined
        : `expected "deprecation_time" to be a valid RFC3339 date, got "${value}"`,
  },
  description: { type: "string", by: "optional" },
  hypervisor: cloudText,
  imageOwnerAlias: cloudText,
  imageType: cloudText,
  lastLaunchedTime: cloudText,
  manageEbsSnapshots: cloudFlag,
  name: { type: "string", by: "required", replaces: true, autoname: { maxLength: 255 } },
  ownerId: cloudText,
  platform: cloudText,
  platformDetails: cloudText,
  public: cloudFlag,
  rootSnapshotId: cloudText,
  usageOperation: cloudText,
};
