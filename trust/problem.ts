/** Something that was to be trusted cannot be: what, where, why, in one sentence with the cure. */
export class TrustProblem extends Error {
  override name = "TrustProblem";
}
