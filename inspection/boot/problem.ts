/** The boot could not be tried here: nothing is said about the image. One line: what is missing, and the cure. */
export class BootUnavailable extends Error {
  override name = "BootUnavailable";
}
