import type { GcpConfig } from "../../config/gcp/schema";
import type { GcpPlan } from "../../components/gcp/plan";
import type { CloudCommands } from "../cloud";
import { gcpPipeline } from "./pipeline";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const gcp: CloudCommands<GcpConfig, GcpPlan> = {
  waits: { "gcp:compute/image:Image": () => "Google's making of images" },
  doctor: () => (require("./doctor") as typeof import("./doctor")).gcpDoctor,
  init: () => (require("./init") as typeof import("./init")).gcpSection,
  pipeline: gcpPipeline,
  try: () => (require("./try") as typeof import("./try")).gcpTry,
};
/* eslint-enable */
