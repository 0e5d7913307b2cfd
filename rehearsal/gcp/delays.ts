/** Seconds that things take at pace 1. */
export const SECONDS = {
  /** An operation is PENDING. */
  pending: 0.3,
  /** An operation is RUNNING. */
  running: 1.2,
  /** Until a new policy is in force; minutes in Google's cloud (https://cloud.google.com/iam/docs/access-change-propagation). */
  policy: 1.5,
} as const;

/** Seconds that Google Cloud took, for `--pace recorded`. No source names a time by the second: all stay as at pace 1. */
export const RECORDED: Readonly<Partial<Record<keyof typeof SECONDS, number>>> = {};
