import { launchesOf } from "../../clouds/aws/launches";
import type { AwsConfig } from "../../config/aws/schema";
import type { LaunchesOf } from "../cloud";

export const awsLaunches: LaunchesOf<AwsConfig> = ({ regions }, question) =>
  launchesOf({ regions: Object.keys(regions), ...question });
