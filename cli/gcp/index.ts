import type { GcpConfig } from "../../config/gcp/schema";
import type { CloudCommands } from "../cloud";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const gcp: CloudCommands<GcpConfig> = {
  waits: { "gcp:compute/image:Image": () => "Google's making of images" },
  init: () => (require("./init") as typeof import("./init")).gcpSection,
  try: () => (require("./try") as typeof import("./try")).gcpTry,
};
/* eslint-enable */
