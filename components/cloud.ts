import type * as pulumi from "@pulumi/pulumi";
import type { ImageFile } from "../config/image-file";
import type { Product } from "../config/product";
import type { Architecture, Release } from "../config/release";
import type { Cloud } from "../config/stack";
import type { Closing } from "../resources/closing";
import type { ClosingReport } from "../resources/closing-report";
import type { RecordedObject } from "../resources/record";

/** One release with what its image file says. */
export interface ReleaseBuild {
  readonly release: Release;
  readonly imageFile: ImageFile;
}

/** What a cloud is opened with, once for the whole stack. */
export interface CloudArgs<C> {
  readonly config: C;
  readonly product: Product;
  /** Who makes everything, as its tags say: `ownerName` in config/tags.ts. */
  readonly stack: string;
  /** Every release of the stack, the newest first. */
  readonly builds: readonly ReleaseBuild[];
  /** What has to be there before anything is made. */
  readonly after: readonly pulumi.Resource[];
}

/** A closing before it is made. */
export interface ClosingPlan<A> {
  /** `imprimatur:aws:ImageClosing` */
  readonly type: string;
  readonly name: string;
  readonly args: A;
}

/** What closings are made with. */
export interface ClosingArgs<C> extends CloudArgs<C> {
  /** What the guard tells them; absent: nothing. */
  readonly begun?: (
    closing: Pick<ClosingPlan<unknown>, "type" | "name">,
  ) => pulumi.Output<number | undefined>;
}

/** The closings of one cloud, each by the name of its resource. */
export type Closings = ReadonlyMap<string, Closing>;

/** What a cloud is opened with besides. */
export interface OpenArgs<C> extends CloudArgs<C> {
  /** What closes its places; made before everything else, and all of them are among `after`. */
  readonly closings: Closings;
}

/** A value for each architecture of a release. */
export type ByArchitecture<T> = Partial<Record<Architecture, T>>;

/** By architecture, and by region where ids have regions. Outputs are the leaves, so that a preview shows the shape. */
export type Table = ByArchitecture<pulumi.Output<string> | Record<string, pulumi.Output<string>>>;

/** What a cloud has of one release. */
export interface PublishedRelease {
  /** Ids that users start machines from. */
  readonly images: Table;
  /** How far each was verified: `bytes` (all read back) or `archive bytes` (what it was made from was). */
  readonly proof: Table;
  /** What its record binds to the disks, once it was verified. */
  readonly objects: readonly RecordedObject[];
  /** Whatever else the stack shows, by the name it is shown under. */
  readonly others: Readonly<Record<string, Table>>;
}

/** A cloud that is ready to publish: its provider, and what all releases share there. */
export interface OpenCloud {
  readonly cloud: Cloud;
  /**
   * Called for every release, in the order of `builds`.
   *
   * @param recorded what has to be there before anyone but the owner may use it: the record, which waits for every cloud
   */
  publish(
    build: ReleaseBuild,
    options: pulumi.ComponentResourceOptions,
    recorded?: Promise<pulumi.Resource[]>,
  ): PublishedRelease;
  /** Called once every release has been published: what concerns all of them. Returns what the stack shows of it. */
  finish?(): Readonly<Record<string, pulumi.Output<unknown>>> | undefined;
  /** What moves users to another release, once {@link finish} was called: one that is withdrawn is reported closed after it. */
  pointers?(): readonly pulumi.Resource[];
  /** Called last: what is still said of withdrawn releases in the cloud, once nothing is open there that should be closed. */
  settle?(report: ClosingReport): void;
  /** What all releases have in common there, once {@link finish} was called. */
  shared(): readonly pulumi.Resource[];
}

/** An output that is always there and is empty where the cloud tells nothing; a record leaves it out then. */
export function told(output: pulumi.Output<string>): pulumi.Output<string | undefined> {
  return output.apply((text) => text || undefined);
}
