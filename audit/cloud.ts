import type { Audit } from "./input";
import type { Deployment } from "./deployment";
import type { DroppedObjects } from "./recover/dropped";
import type { FindRemnant } from "./recover/remnant";
import type { Place } from "./sight/place";
import type { Found } from "./sweep/leftover";
import type { SearchPlaces, Sweep } from "./sweep/input";

/**
 * Questions to one cloud about a stack: `<cloud>/index.ts` has one for each.
 *
 * @typeParam C its section of a stack file
 */
export interface CloudAudit<C> {
  /** Package of the cloud's own Pulumi provider: `azure-native`. */
  readonly nativePackage: string;
  /** Environment variables with the credentials of a stranger; without them there is no stranger's view. */
  readonly strangerVariables: readonly string[];
  /** Where to look for leftovers by the stack file, in addition to the places in the state. */
  readonly searchPlaces: (section: C) => SearchPlaces | Promise<SearchPlaces>;
  /** Account of an interrupted creation. Absent: its inputs and the credentials tell. */
  readonly accountOf?: (deployment: Deployment) => Promise<string | undefined>;
  /**
   * Resource types whose interrupted creation may leave something in the way. Native resources refuse a name in use.
   * This program's own resources resume an interrupted creation, if there is a next one; its arm64 images behave like
   * native ones.
   */
  readonly remnants: readonly string[];
  /** Created objects that a provider may drop from the state. Absent: none does. */
  readonly dropped?: DroppedObjects;
  /** How a name is written in its tags or labels, if their charset is another than that of names. */
  readonly spellingInTags?: (name: string) => string;
  /** Where the cloud publishes the prices of what a release is made of. */
  readonly pricePages: readonly string[];
  /** Loads the cloud's clients. */
  readonly load: () => CloudQueries;
}

/** The part of a {@link CloudAudit} that sends requests. */
export interface CloudQueries {
  /** Compares what the cloud holds with the state. */
  readonly audit: (audit: Audit) => Promise<void>;
  /** Places of a release, and the credentials to check each with. */
  readonly places: (deployment: Deployment, version: string, env: NodeJS.ProcessEnv) => Place[];
  /** Objects of a stack that no state knows. */
  readonly sweep: (sweep: Sweep) => Promise<Found[]>;
  /** By the types in {@link CloudAudit.remnants}. */
  readonly remnants: Readonly<Record<string, FindRemnant>>;
}
