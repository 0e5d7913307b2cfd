import type { AwsConfig } from "../../config/aws/schema";
import type { CloudComponents } from "../cloud";
import { closeAws, planClosings } from "./closing";
import { immutableValues } from "./immutable";
import { type AwsPlan, planRelease } from "./plan";

export const aws: CloudComponents<AwsConfig, AwsPlan> = {
  planRelease,
  immutable: immutableValues,
  planClosings,
  close: closeAws,
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./cloud") as typeof import("./cloud")).openAws,
};
