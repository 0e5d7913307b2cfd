import type { GcpConfig } from "../../config/gcp/schema";
import type { CloudComponents } from "../cloud";
import { closeGcp, planClosings } from "./closing";
import { immutableValues } from "./immutable";
import { type GcpPlan, planRelease } from "./plan";

export const gcp: CloudComponents<GcpConfig, GcpPlan> = {
  planRelease,
  immutable: immutableValues,
  planClosings,
  close: closeGcp,
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./cloud") as typeof import("./cloud")).openGcp,
};
