/**
 * Public AMIs that an account may have in a region where nobody asked for more, those in the Recycle Bin too (EC2 User Guide, "AMI
 * quotas", read 2026-11). What an account really has, the preflight asks.
 */
export const PUBLIC_IMAGES_AT_FIRST = 5;
