/** Durations in seconds at pace 1. */
export const SECONDS = {
  /** Time that an operation is PENDING. */
  pending: 0.3,
  /** Time that an operation is RUNNING. */
  running: 1.2,
  /**
   * Until a new policy is effective; minutes in Google's cloud
   * (https://cloud.google.com/iam/docs/access-change-propagation).
   */
  policy: 1.5,
} as const;

/**
 * Durations of Google Cloud in seconds, for `--pace recorded`. No source gives exact times: all stay as at pace 1.
 */
export const RECORDED: Readonly<Partial<Record<keyof typeof SECONDS, number>>> = {};
