import type { z } from "zod";
import type { ClosingReaders, CloudReaders } from "./access";
import type { StateResource } from "./state-resource";
import type { Build } from "./build";
import type { Difference, ImmutableReader } from "./immutable";
import type { Placeholder } from "./lenient-parse";
import type { Audience } from "./ledger";
import type { ConfigPath, Problem } from "./problem";
import type { Product } from "./product";
import type { Release } from "./release";

/**
 * Everything the config knows of one cloud: `<cloud>/index.ts` has one for each.
 *
 * @typeParam C its section of a stack file, `imprimatur:<cloud>`
 */
export interface CloudConfig<C> extends CloudReaders {
  readonly schema: z.ZodType<C>;
  readonly closings: ClosingReaders;
  readonly immutable: ImmutableReader;
  /** A minimal valid section to stand in for refused values; see `lenient-parse.ts`. */
  readonly placeholder: Placeholder;
  /** Rules that a schema cannot express. */
  rules(section: C, product: Product, builds: readonly Build[]): Problem[];
  /** A release's regions in its state, and its grantees there. */
  audience(section: C, release: Release): Audience;
  /** True if each region has its own object, deleted with the region; else the one image is only stored elsewhere. */
  readonly hasImagePerRegion: boolean;
  /** Names that users see: they must not imitate another product's. Paths within the section. */
  names(section: C): readonly (readonly [path: ConfigPath, name: string | undefined])[];
  /** Absent: it shares single images. */
  readonly sharedAsAWhole?: WholeSharing<C>;
  /**
   * For clouds whose regional images are copies of the home image: why the home region cannot move, with the cure.
   *
   * @param there regions that have images
   * @param wanted regions that are to have them
   */
  readonly home?: (
    differences: readonly Difference[],
    there: readonly string[],
    wanted: readonly string[],
  ) => string | undefined;
  /** Keys in its KMS. Absent: records cannot be signed with it. */
  readonly kms?: KmsForm;
  /** Lines about images that an interrupted creation left outside the state. Absent: the state never loses one. */
  readonly lost?: (resources: readonly StateResource[]) => string[];
  readonly nativeProvider: NativeProvider;
  readonly reserved: ReservedValues<C>;
}

/** Sharing of a container (a gallery) rather than of single images. */
interface WholeSharing<C> {
  /** Sharing mode of each container, by its name. */
  of(section: C): Readonly<Record<string, string>>;
  /** The mode implied by the grantees of its content. */
  with(grantees: readonly string[]): string;
  /** Reason why an existing container cannot change from one mode to another, with the cure. */
  refused(whole: string, from: string, to: string): string | undefined;
}

/** How a cloud's KMS names a signing key. */
export interface KmsForm<K extends object = object> {
  /** One pattern, so that the editor's schema includes it. */
  readonly uri: RegExp;
  /** The same for people: `awskms:///<ARN of the key or of its alias>`. */
  readonly says: string;
  /** Absent: not a key of this cloud. */
  readonly parse: (uri: string) => K | undefined;
}

/** Pulumi's own provider of the cloud, which the program configures by itself: settings in a stack file are not read. */
export interface NativeProvider {
  /** `azure-native` */
  readonly package: string;
  /** Where else a setting is made: an environment variable, or a key of this project's. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** The cure for all other settings. */
  readonly otherwise: string;
  /** Settings that may repeat this project's own: the key of the section, by setting. */
  readonly same: Readonly<Record<string, string>>;
}

/** One reserved value of a stack file (`reserved.ts`), with its path in the cloud's section. */
export interface Reserved {
  readonly path: readonly (string | number)[];
  readonly given: string;
  /** Why it is nobody's: `an account id of AWS's documentation`. */
  readonly because: string;
  /** A value that belongs there instead. */
  readonly needs: string;
}

/** A cloud's reserved values. */
export interface ReservedValues<C> {
  /** Variables of its SDKs and tools that name another endpoint for what a publication makes. */
  readonly endpoints: readonly string[];
  /** Hosts of the cloud itself, private endpoints and sovereign clouds included. */
  readonly hosts: RegExp;
  readonly find: (section: C) => readonly Reserved[];
}
