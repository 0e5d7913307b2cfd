/** The boot could not be tried on this machine: no verdict on the image. One line: what is missing, and the cure. */
export class BootUnavailable extends Error {
  override name = "BootUnavailable";
}
