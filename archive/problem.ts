/** An archive that cannot be read or trusted: one sentence, where and why, with the cure. */
export class ArchiveProblem extends Error {
  override name = "ArchiveProblem";
}
