/**
 * Durations at pace 1, in seconds. Shorter than AWS's (minutes for some: see each line), but long enough that a
 * program which does not wait fails here too. Multiplied by the pace; at pace 0 there are no delays.
 */
export const DELAYS = {
  /** "Snapshot does not exist" for up to 2 minutes after StartSnapshot (github.com/awslabs/coldsnap/issues/43). */
  snapshotVisible: 1,
  /** From then on all endpoints are consistent. */
  snapshotSettled: 2,
  /** CompleteSnapshot and then waiting for `completed`: half a minute to minutes. */
  snapshotCompleted: 2,
  imageVisible: 0.5,
  imageSettled: 1.5,
  /** RegisterImage from a snapshot that exists. */
  imageRegistered: 1,
  /** CopyImage between regions: minutes, sometimes more than 40. */
  imageCopied: 5,
  snapshotCopied: 4,
  /** "It can take up to 10 minutes", and reads return the old state meanwhile. */
  blockPublicAccess: 8,
  /** The check of a parameter of data type aws:ec2:image. */
  parameterChecked: 1,
  volumeAvailable: 1,
  instanceVisible: 0.5,
  instanceSettled: 1.5,
  /** RunInstances: `pending` for some ten seconds. */
  instanceRunning: 2,
  /** TerminateInstances: `shutting-down` for half a minute to minutes. */
  instanceEnded: 3,
  /** Console output without `Latest` is "posted shortly after" a change of state: minutes. */
  consolePosted: 30,
} as const;

export type Delay = keyof typeof DELAYS;

/**
 * Durations of AWS in seconds, for `--pace recorded`, where a source gives a number. The others ("minutes") stay as
 * at pace 1.
 */
export const RECORDED: Readonly<Partial<Record<Delay, number>>> = {
  /** Not found for up to 2 minutes by some of the endpoints (github.com/awslabs/coldsnap/issues/43). */
  snapshotSettled: 120,
  /** "It can take up to 10 minutes", says AWS's reference of EnableImageBlockPublicAccess. */
  blockPublicAccess: 600,
};
