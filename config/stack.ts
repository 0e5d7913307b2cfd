import { z } from "zod";
import type { Cloud } from "../facts/clouds";
import { aws, type AwsConfig } from "./aws/schema";
import { awsAudience } from "./aws/audience";
import { awsClosings, awsAccess } from "./aws/access";
import { homeRefused } from "./aws/home";
import { awsImmutable } from "./aws/immutable";
import { awsProblems } from "./aws/rules";
import { awsPlaceholder } from "./aws/placeholder";
import { allow } from "./allow";
import { azureAudience } from "./azure/audience";
import { azureClosings, azureAccess } from "./azure/access";
import { azureNeverChanged, azureImmutable } from "./azure/immutable";
import { azure, type AzureConfig } from "./azure/schema";
import { azureProblems } from "./azure/rules";
import { azurePlaceholder } from "./azure/placeholder";
import { azureSharing } from "./azure/sharing";
import type { Build } from "./build";
import { checks, type Checks } from "./checks";
import { gcp, type GcpConfig } from "./gcp/schema";
import { gcpAudience } from "./gcp/audience";
import { gcpClosings, gcpAccess } from "./gcp/access";
import { gcpImmutable } from "./gcp/immutable";
import { gcpProblems } from "./gcp/rules";
import { gcpPlaceholder } from "./gcp/placeholder";
import type { ClosingReaders, AccessReader } from "./access";
import type { Audience } from "./ledger";
import type { Difference, ImmutableReader } from "./immutable";
import type { Placeholder } from "./lenient-parse";
import { policy, type Policy } from "./policy";
import type { Problem } from "./problem";
import { product, type Product } from "./product";
import { record, type RecordConfig } from "./record";
import { type Release, releases } from "./release";

/** The stack file's content: each key is `imprimatur:<key>` there. */
export const stackConfig = z.strictObject({
  product,
  releases,
  checks,
  policy: policy.optional(),
  record: record.optional(),
  allow,
  aws: aws.optional(),
  gcp: gcp.optional(),
  azure: azure.optional(),
});

export interface StackConfig {
  readonly product: Product;
  readonly releases: readonly Release[];
  readonly checks: Checks;
  readonly policy?: Policy;
  /** Absent: no record is made. */
  readonly record?: RecordConfig;
  /** Guarded changes that `up` may make, e.g. `make-public` or `make-public:20261120.0`. */
  readonly allow: readonly string[];
  readonly aws?: AwsConfig;
  readonly gcp?: GcpConfig;
  readonly azure?: AzureConfig;
}

type Rules<C> = (config: C, product: Product, builds: readonly Build[]) => Problem[];

/** One line per cloud: rules that a schema cannot express. */
export const CLOUD_RULES: { readonly [C in Cloud]: Rules<NonNullable<StackConfig[C]>> } = {
  aws: awsProblems,
  gcp: gcpProblems,
  azure: azureProblems,
};

/** One line per cloud: a minimal valid section to stand in for refused values; see `lenient-parse.ts`. */
export const CLOUD_PLACEHOLDERS: { readonly [C in Cloud]: Placeholder } = {
  aws: awsPlaceholder,
  gcp: gcpPlaceholder,
  azure: azurePlaceholder,
};

/** True if each region has its own object, deleted with the region; else the one image is only stored elsewhere. */
export const HAS_IMAGE_PER_REGION: { readonly [C in Cloud]: boolean } = {
  aws: true,
  gcp: false,
  azure: false,
};

interface WholeSharing<C> {
  /** Sharing mode of each container, by its name. */
  of(config: C): Readonly<Record<string, string>>;
  /** The mode implied by the grantees of its content. */
  with(grantees: readonly string[]): string;
  /** Reason why an existing container cannot change from one mode to another, with the cure. */
  refused(whole: string, from: string, to: string): string | undefined;
}

/** One line per cloud that shares a container rather than single images. */
export const SHARED_AS_A_WHOLE: { readonly [C in Cloud]?: WholeSharing<NonNullable<StackConfig[C]>> } = {
  azure: azureSharing,
};

type AudienceOf<C> = (config: C, release: Release) => Audience;

/** One line per cloud: a release's regions in its state, and its grantees there. */
export const CLOUD_AUDIENCE: { readonly [C in Cloud]: AudienceOf<NonNullable<StackConfig[C]>> } = {
  aws: awsAudience,
  gcp: gcpAudience,
  azure: azureAudience,
};

/** One line per cloud: current access by the stack's state. */
export const CLOUD_ACCESS: { readonly [C in Cloud]: AccessReader } = {
  aws: awsAccess,
  gcp: gcpAccess,
  azure: azureAccess,
};

/** One line per cloud: possible grantees of a closing's place. */
export const CLOUD_CLOSINGS: ClosingReaders = { ...awsClosings, ...gcpClosings, ...azureClosings };

/** One line per cloud: values its images were created with, by the stack's state. */
export const CLOUD_IMMUTABLE: { readonly [C in Cloud]: ImmutableReader } = {
  aws: awsImmutable,
  gcp: gcpImmutable,
  azure: azureImmutable,
};

/** One line per cloud that has any: values it never changes, by the stack's state. */
export const CLOUD_NEVER_CHANGED: { readonly [C in Cloud]?: ImmutableReader } = {
  azure: azureNeverChanged,
};

type HomeRule = (
  differences: readonly Difference[],
  there: readonly string[],
  wanted: readonly string[],
) => string | undefined;

/**
 * One line per cloud whose regional images are copies of the home image: why the home region cannot move, with the
 * cure.
 */
export const CLOUD_HOME: { readonly [C in Cloud]?: HomeRule } = {
  aws: homeRefused,
};
