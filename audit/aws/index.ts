import { awsNativeProvider } from "../../config/aws/native-provider";
import type { AwsConfig } from "../../config/aws/schema";
import type { CloudAudit } from "../cloud";

export const aws: CloudAudit<AwsConfig> = {
  nativePackage: awsNativeProvider.package,
  strangerVariables: ["STRANGER_AWS_ACCESS_KEY_ID", "STRANGER_AWS_SECRET_ACCESS_KEY"],
  searchPlaces: ({ homeRegion, regions }) => ({ regions: [homeRegion, ...Object.keys(regions)] }),
  remnants: ["aws:ec2/ami:Ami", "aws:ec2/amiCopy:AmiCopy", "imprimatur:aws:Snapshot"],
  pricePages: ["https://aws.amazon.com/ebs/pricing/", "https://aws.amazon.com/ec2/pricing/on-demand/"],
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./queries") as typeof import("./queries")).queries,
};
