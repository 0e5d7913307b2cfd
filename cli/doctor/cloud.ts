import type { Examined, Asking } from "../../provider/preflight-report";

/** Who publishes, as the cloud answered. */
export interface Login {
  /** `arn:aws:iam::…:user/release, of AWS_PROFILE`. */
  readonly who: string;
  /** Reasons why this provider and Pulumi's own would not publish as the same. Each with its cure. */
  readonly problems: readonly string[];
}

/**
 * Checks of `doctor` on one cloud.
 *
 * @typeParam C its section of a stack file
 * @typeParam P its plan of a release
 */
export interface CloudDoctor<C, P> {
  /**
   * Asks who the credentials belong to.
   *
   * @throws the cloud's refusal, with its cure
   */
  login(section: C, asking: Asking): Promise<Login>;
  /** The preflight that `up` runs before its first upload. */
  examine(plan: P, asking: Asking): Promise<Examined>;
}
