/**
 * Default quota of public AMIs per account and region, including those in the Recycle Bin (EC2 User Guide, "AMI
 * quotas", read 2026-11). The preflight reads the account's actual quota.
 */
export const PUBLIC_IMAGES_AT_FIRST = 5;

/**
 * Default quota of accounts, organisations and units that one AMI may be shared with per region (EC2 User Guide, "AMI
 * quotas", AMI sharing, L-70015FFA, read 2026-11). Sharing with everyone does not count.
 */
export const GRANTEES_AT_FIRST = 1000;
