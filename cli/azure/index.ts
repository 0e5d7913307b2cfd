import type { AzureConfig } from "../../config/azure/schema";
import type { AzurePlan } from "../../components/azure/plan";
import type { CloudCommands } from "../cloud";
import { azurePipeline } from "./pipeline";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const azure: CloudCommands<AzureConfig, AzurePlan> = {
  waits: {
    "azure-native:compute:GalleryImageVersion": () => "Azure's making of gallery versions",
    "imprimatur:azure:VersionPublication": () => "Azure's replication",
  },
  doctor: () => (require("./doctor") as typeof import("./doctor")).azureDoctor,
  init: () => (require("./init") as typeof import("./init")).azureSection,
  pipeline: azurePipeline,
  try: () => (require("./try") as typeof import("./try")).azureTry,
};
/* eslint-enable */
