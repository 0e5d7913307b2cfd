import type { KmsCaller, KmsKey } from "../clouds/kms";
import type { KmsKeyName } from "../config/clouds";
import type { Cloud } from "../facts/clouds";
import type { Question } from "./question";
import type { Verdict } from "./verdict";

/** Where an image is looked for, as far as its cloud asks for it. */
export interface CloudQuestion extends Question {
  /** Azure: of the query and of a temporary disk; default: the publisher's home region. */
  readonly region?: string;
  /** Azure: the asker's own. */
  readonly subscription?: string;
  /** Azure, with `bytes`: the asker's own, for the temporary disk. */
  readonly resourceGroup?: string;
}

/** How one cloud is asked about an image, and its keys: `<cloud>/index.ts` has one for each. */
export interface CloudTrust<C extends Cloud = Cloud> {
  /** How an image is named to `imprimatur verify`, and what its help says of that. */
  readonly subject: { readonly form: string; readonly help: string };
  /** Effect and cost of `--bytes`, for the help. */
  readonly readsBytes: string;
  /** Options of `imprimatur verify` that say something of its images. */
  readonly options: readonly ("region" | "bytes" | "blockMap" | "subscription" | "resourceGroup")[];
  /** Those of them that are this cloud's alone: flags and help. */
  readonly ownOptions?: readonly (readonly [flags: string, help: string])[];
  /** Why it cannot be asked with this `--region`, or without one; absent: it always can. */
  readonly regionProblem?: (region: string | undefined) => string[];
  /**
   * The id that a user gives, in its one spelling; loaded on first use.
   *
   * @throws {MalformedId} if it is not one
   */
  readonly parseId: (given: string) => string;
  /** Asks the cloud about an image; loaded on first use, with the cloud's clients. */
  readonly check: (question: CloudQuestion) => Promise<Verdict>;
  /** Opens a key in its KMS; loaded on first use. */
  readonly openKey: (name: Extract<KmsKeyName, { cloud: C }>, caller: KmsCaller) => Promise<KmsKey>;
}
