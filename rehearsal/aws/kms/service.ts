import * as model from "@aws-sdk/client-kms";
import { jsonService } from "../protocol/json-service";
import { keyActions } from "./actions";

/** KMS: asymmetric keys that sign. */
export const kms = jsonService({
  name: "KMS",
  prefix: "TrentService.",
  model,
  actions: keyActions,
  internalError: "KMSInternalException",
});
