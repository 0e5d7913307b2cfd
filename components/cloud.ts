import type { Cloud } from "../facts/clouds";
import type * as pulumi from "@pulumi/pulumi";
import type { Audience, ImmutableValues } from "../config/ledger";
import type { ImageFile } from "../config/image-file";
import type { Product } from "../config/product";
import type { Architecture, Release } from "../config/release";
import type { Closing } from "../resources/closing";
import type { ClosingReport } from "../resources/closing-report";
import type { RecordedObject } from "../resources/record";

/** One release with its image file. */
export interface ReleaseBuild {
  readonly release: Release;
  readonly imageFile: ImageFile;
}

/** Input of a cloud's plans; `C` is its section of the stack file. */
export interface PlanArgs<C> {
  readonly config: C;
  readonly product: Product;
  /** Owner in all tags: `ownerName` in config/tags.ts. */
  readonly stack: string;
  /** Every release of the stack, newest first. */
  readonly builds: readonly ReleaseBuild[];
}

/** Desired objects on one cloud, before any of them has an id; `P` is its plan of a release. */
export interface CloudPlan<C, P> extends PlanArgs<C> {
  /** Every release of the stack, planned once; by version. */
  readonly releases: ReadonlyMap<string, P>;
}

/** Input of what is created on one cloud. */
export interface CloudArgs<C, P> extends CloudPlan<C, P> {
  /** Dependencies of everything that is created. */
  readonly after: readonly pulumi.Resource[];
}

/** Desired closing. */
export interface ClosingPlan<A> {
  /** `imprimatur:aws:ImageClosing` */
  readonly type: string;
  readonly name: string;
  readonly args: A;
}

/** Input of the closings. */
export interface ClosingArgs<C, P> extends CloudArgs<C, P> {
  /** Closings begun, from the guard; absent: none known. */
  readonly begun?: (
    closing: Pick<ClosingPlan<unknown>, "type" | "name">,
  ) => pulumi.Output<number | undefined>;
}

/** Where a release may be on the cloud, and who may have it there, by what the guard agreed to last. */
export type Agreed = (version: string) => pulumi.Output<Audience>;

/** The closings of one cloud, each by the name of its resource. */
export type Closings = ReadonlyMap<string, Closing>;

/** Everything the program knows of one cloud: `<cloud>/index.ts` has one for each. */
export interface CloudComponents<C, P> {
  planRelease(args: PlanArgs<C>, build: ReleaseBuild): P;
  /** Values whose change forces replacement of a release's images. */
  immutable(release: P): ImmutableValues;
  /** Values that the cloud never changes, even by replacing the image. Absent: there are none. */
  neverChanged?(release: P, plan: CloudPlan<C, P>): ImmutableValues;
  planClosings(plan: CloudPlan<C, P>): ClosingPlan<object>[];
  /** Creates the closings; without a native provider, which is slow to load. */
  close(args: ClosingArgs<C, P>): Closings;
  /**
   * Loads its SDK, which takes up to half a second, and the native provider, which needs credentials: called only if
   * the config names the cloud.
   */
  load(): (args: OpenArgs<C, P>) => OpenCloud;
}

/** Input of a cloud that publishes. */
export interface OpenArgs<C, P> extends CloudArgs<C, P> {
  /** Closings of its places; created before everything else and all contained in `after`. */
  readonly closings: Closings;
  /** Absent: there is no guard. */
  readonly agreed?: Agreed;
}

/** A value per architecture of a release. */
type ByArchitecture<T> = Partial<Record<Architecture, T>>;

/**
 * By architecture, and by region where ids are regional. Outputs are the leaves, so that a preview shows the shape.
 */
export type Table = ByArchitecture<pulumi.Output<string> | Record<string, pulumi.Output<string>>>;

/** Outputs of one release on one cloud. */
export interface PublishedRelease {
  /** Ids for launching machines. */
  readonly images: Table;
  /** Extent of verification: `bytes` (all read back) or `archive bytes` (those of the image's source were). */
  readonly proof: Table;
  /** Objects that its record binds to the disks, after verification. */
  readonly objects: readonly RecordedObject[];
  /** Further outputs of the stack, by name. */
  readonly others: Readonly<Record<string, Table>>;
}

/** A cloud ready to publish, with its provider and what is common to all releases. */
export interface OpenCloud {
  readonly cloud: Cloud;
  /**
   * Called for every release, in the order of `builds`.
   *
   * @param recorded dependencies before anyone but the owner gets access: the record, which waits for every cloud
   */
  publish(
    build: ReleaseBuild,
    options: pulumi.ComponentResourceOptions,
    recorded?: Promise<pulumi.Resource[]>,
  ): PublishedRelease;
  /** Called after every release is published, for what concerns all of them. Returns further outputs of the stack. */
  finish?(): Readonly<Record<string, pulumi.Output<unknown>>> | undefined;
  /**
   * Resources that move users to another release, after {@link finish}: open places of a withdrawn one are reported
   * after these.
   */
  pointers?(): readonly pulumi.Resource[];
  /** Called last: deprecation of withdrawn releases in the cloud, after everything that should be closed is. */
  settle?(report: ClosingReport): void;
  /** Resources common to all releases, after {@link finish}. */
  shared(): readonly pulumi.Resource[];
}

/** An output that is always present and empty where the cloud has no value; a record then omits it. */
export function textOrUndefined(output: pulumi.Output<string>): pulumi.Output<string | undefined> {
  return output.apply((text) => text || undefined);
}

/** @throws if the release is not of this stack */
export function plannedRelease<P>({ releases }: Pick<CloudPlan<unknown, P>, "releases">, version: string): P {
  const plan = releases.get(version);
  if (plan === undefined) throw new Error(`release ${version} is not planned`);
  return plan;
}
