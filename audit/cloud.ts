import type { Audit } from "./audit";
import type { Deployment } from "./deployment";
import type { FindRemnant } from "./recover/remnant";
import type { Place } from "./sight/place";
import type { Found } from "./sweep/leftover";
import type { Sweep } from "./sweep/sweep";

/** What is asked of one cloud about a stack: `<cloud>/index.ts` has one for each. */
export interface CloudAudit {
  /** Compares what the cloud holds with the state. */
  readonly audit: (audit: Audit) => Promise<void>;
  /** Why a stranger's view is missing: the variables that are not set. */
  readonly strangerNeeds: string;
  /** Places of a release, and the credentials to check each with. */
  readonly places: (deployment: Deployment, version: string, env: NodeJS.ProcessEnv) => Place[];
  /** Objects of a stack that no state knows. */
  readonly sweep: (sweep: Sweep) => Promise<Found[]>;
  /**
   * What an interrupted creation may have left, by resource type. Native resources refuse a name in use. This
   * program's own resources resume an interrupted creation, if there is a next one; its arm64 images behave like
   * native ones.
   */
  readonly remnants: Readonly<Record<string, FindRemnant>>;
}
