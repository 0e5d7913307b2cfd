import type { AzureConfig } from "../../config/azure/schema";
import type { CloudComponents } from "../cloud";
import { closeAzure, planClosings } from "./closing";
import { immutableValues, valuesNeverChanged } from "./immutable";
import { type AzurePlan, planDefinitions, planRelease } from "./plan";

export const azure: CloudComponents<AzureConfig, AzurePlan> = {
  planRelease,
  immutable: immutableValues,
  neverChanged: (release, plan) => valuesNeverChanged(release, planDefinitions(plan)),
  planClosings,
  close: closeAzure,
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./cloud") as typeof import("./cloud")).openAzure,
};
