import { Provider } from "@pulumi/aws/provider";
import type { AwsConfig } from "../../config/aws/schema";
import type { CloudArgs, OpenCloud } from "../cloud";
import { planRelease } from "./plan";
import { AwsRelease } from "./release";

/** One provider for all regions and releases: each resource says its region itself. */
export function openAws(args: CloudArgs<AwsConfig>): OpenCloud {
  const { homeRegion, accountId } = args.config;
  const provider = new Provider("aws", {
    region: homeRegion,
    // The preflight asks for the credentials, and a preview must work where no cloud is reached.
    skipCredentialsValidation: true,
    ...(accountId !== undefined && { allowedAccountIds: [accountId] }),
  });
  return {
    cloud: "aws",
    publish: (build, options) => {
      const plan = planRelease(args, build);
      return new AwsRelease(plan.name, plan, { ...options, providers: [provider] });
    },
  };
}
