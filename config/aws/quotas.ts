/**
 * Public AMIs that an account may have in a region where nobody asked for more, those in the Recycle Bin too (EC2 User Guide, "AMI
 * quotas", read 2026-11). What an account really has, the preflight asks.
 */
export const PUBLIC_IMAGES_AT_FIRST = 5;

/**
 * Accounts, organisations and units that one AMI may be shared with in a region where nobody asked for more (EC2 User Guide, "AMI
 * quotas", AMI sharing, L-70015FFA, read 2026-11). Everyone counts as none of them.
 */
export const GRANTEES_AT_FIRST = 1000;
