import type { CheckFailure, Properties } from "../../../plugin/resource";
import { refuseUnrehearsed } from "../settings";
import { regionOf } from "./session";

/** Supported settings. */
const FOLLOWED = [
  "accessKey",
  "allowedAccountIds",
  "defaultTags",
  "endpoints",
  "forbiddenAccountIds",
  "maxRetries",
  "profile",
  "region",
  "secretKey",
  "skipCredentialsValidation",
  "skipRequestingAccountId",
  "stsRegion",
  "token",
];
/** Settings without effect on a stand-in cloud. */
const HARMLESS = [
  "retryMode",
  "s3UsEast1RegionalEndpoint",
  "s3UsePathStyle",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "tokenBucketRateLimiterCapacity",
  "userAgents",
];

/** Refuses unsupported settings, contradictory ones, and a missing region: all at once. */
export function checkConfig(config: Properties): CheckFailure[] {
  const failures = refuseUnrehearsed(config, { followed: FOLLOWED, harmless: HARMLESS });
  if (Array.isArray(config.allowedAccountIds) && Array.isArray(config.forbiddenAccountIds)) {
    failures.push({
      property: "allowedAccountIds",
      reason: '"allowed_account_ids": conflicts with forbidden_account_ids',
    });
  }
  if (!regionOf(config)) {
    failures.push({
      property: "region",
      reason:
        "Missing region configuration\n" +
        "Make sure you have set your AWS region, e.g. `pulumi config set aws:region us-west-2`.",
    });
  }
  return failures;
}
