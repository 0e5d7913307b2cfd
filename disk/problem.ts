/**
 * Refusal of a raw disk, for users: one line with the file, found versus needed, and the cure. The message is
 * complete without a stack trace.
 */
export class DiskProblem extends Error {
  override name = "DiskProblem";

  /** @param file as named by the user */
  constructor(
    readonly file: string,
    /** The problem, without the file's name. */
    readonly what: string,
    /** The cure: a whole sentence without its full stop. */
    readonly cure: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${what}. ${cure}.`, options);
  }
}

/** The size is not a multiple of the sector size. */
export class OddSize extends DiskProblem {
  override name = "OddSize";

  /** @param size bytes */
  constructor(
    file: string,
    readonly size: number,
    sector: number,
  ) {
    super(
      file,
      `the size is ${size} bytes, which is not a multiple of ${sector}: not a raw disk, or cut off`,
      "Copy or build the disk again",
    );
  }
}
