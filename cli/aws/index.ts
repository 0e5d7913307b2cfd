import type { AwsConfig } from "../../config/aws/schema";
import type { AwsPlan } from "../../components/aws/plan";
import type { CloudCommands } from "../cloud";
import { COPIES, copyRegion } from "./copies";
import { awsPipeline } from "./pipeline";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const aws: CloudCommands<AwsConfig, AwsPlan> = {
  waits: {
    "aws:ec2/amiCopy:AmiCopy": (name) => `AWS's copies into ${copyRegion(name)}`,
    "imprimatur:aws:BootCheck": () => "the boot check",
  },
  quotas: [COPIES],
  doctor: () => (require("./doctor") as typeof import("./doctor")).awsDoctor,
  init: () => (require("./init") as typeof import("./init")).awsSection,
  pipeline: awsPipeline,
  try: () => (require("./try") as typeof import("./try")).awsTry,
  launches: () => (require("./launches") as typeof import("./launches")).awsLaunches,
};
/* eslint-enable */
