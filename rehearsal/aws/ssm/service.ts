import * as model from "@aws-sdk/client-ssm";
import { jsonService } from "../protocol/json-service";
import { parameterActions } from "./parameters";
import { tagActions } from "./tags";

/** SSM's parameters. */
export const ssm = jsonService({
  name: "SSM",
  prefix: "AmazonSSM.",
  model,
  actions: { ...parameterActions, ...tagActions },
  internalError: "InternalServerError",
});
