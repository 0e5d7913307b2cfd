import type { Launch } from "../config/retention";
import type { CloudDoctor } from "./doctor/cloud";
import type { CloudPipeline } from "./init/ci/pipeline";
import type { Section } from "./init/section";
import type { TryCloud } from "./try/cloud";

/**
 * The commands' knowledge of one cloud, which no other room has: `<cloud>/index.ts` has one for each. A part that loads
 * schemas or clients is loaded on first use.
 *
 * @typeParam C its section of a stack file
 * @typeParam P its plan of a release
 */
export interface CloudCommands<C, P> {
  /**
   * The step that the engine waits for while it creates a resource, by type: nearly all of that time is spent waiting for the
   * cloud. Takes the resource's name.
   */
  readonly waits: Readonly<Record<string, (name: string) => string>>;
  /** Of concurrent operations, which a native resource is refused by and does not wait for. Absent: none. */
  readonly quotas?: readonly Quota[];
  readonly doctor: () => CloudDoctor<C, P>;
  readonly init: () => Section;
  readonly pipeline: CloudPipeline;
  readonly try: () => TryCloud;
  /** Absent: the cloud does not tell when an image was launched. */
  readonly launches?: () => LaunchesOf<C>;
}

/** A limit of an account on concurrent operations. */
export interface Quota {
  /** True if an error message of the engine is the refusal because all of it is in use. */
  readonly isRefusal: (message: string) => boolean;
  /** Says what is in use; takes the names of the refused resources. */
  readonly describe: (names: readonly string[]) => string;
}

/**
 * The last launches of a stack's own images; those never launched are omitted.
 *
 * @throws {CloudFailure} when the cloud cannot be queried
 */
export type LaunchesOf<C> = (
  section: C,
  question: {
    /** Values of the identity tags. */
    readonly product: string;
    readonly stack: string;
    readonly signal: AbortSignal;
    /** Called once, at the first call that is retried. */
    readonly onDelay: (line: string) => void;
  },
) => Promise<readonly (Launch & { readonly version: string })[]>;
