import type { OpenstackConfig } from "../../config/openstack/schema";
import type { OpenstackPlan } from "../../components/openstack/plan";
import type { CloudCommands } from "../cloud";
import { openstackPipeline } from "./pipeline";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const openstack: CloudCommands<OpenstackConfig, OpenstackPlan> = {
  waits: {},
  doctor: () => (require("./doctor") as typeof import("./doctor")).openstackDoctor,
  init: () => (require("./init") as typeof import("./init")).openstackSection,
  pipeline: openstackPipeline,
  try: () => (require("./try") as typeof import("./try")).openstackTry,
};
/* eslint-enable */
