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

/** A file that is no whole number of sectors. */
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
      "Copy or build the disk again; qcow2 and VMDK are made raw by 'qemu-img convert -O raw'",
    );
  }
}
