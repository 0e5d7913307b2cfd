/**
 * Why a raw disk was refused, for people: one line with the file, what was found, what is needed, and the cure.
 * Its message is complete; nobody needs the stack.
 */
export class DiskProblem extends Error {
  override name = "DiskProblem";

  /** @param file as the user named it */
  constructor(
    readonly file: string,
    /** What is wrong, without the file's name. */
    readonly what: string,
    /** What to do about it: a whole sentence without its full stop. */
    readonly cure: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${what}. ${cure}.`, options);
  }
}
