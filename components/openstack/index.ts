import type { OpenstackConfig } from "../../config/openstack/schema";
import type { CloudComponents } from "../cloud";
import { closeOpenstack, planClosings } from "./closing";
import { type OpenstackPlan, planRelease } from "./plan";

export const openstack: CloudComponents<OpenstackConfig, OpenstackPlan> = {
  planRelease,
  // Everything but the bytes is changed in place.
  immutable: ({ images }) => Object.fromEntries(images.map(({ architecture }) => [architecture, {}])),
  planClosings,
  close: closeOpenstack,
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./cloud") as typeof import("./cloud")).openOpenstack,
};
