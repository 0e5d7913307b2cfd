import { z } from "zod";
import { aws, type AwsConfig } from "./aws/schema";
import { awsProblems } from "./aws/rules";
import { azure, type AzureConfig } from "./azure/schema";
import { azureProblems } from "./azure/rules";
import type { Build } from "./build";
import { gcp, type GcpConfig } from "./gcp/schema";
import { gcpProblems } from "./gcp/rules";
import type { Problem } from "./problem";
import { product, type Product } from "./product";
import { type Release, releases } from "./release";

/** What a stack file says: each key is `imprimatur:<key>` there. */
export const stackConfig = z.strictObject({
  product,
  releases,
  aws: aws.optional(),
  gcp: gcp.optional(),
  azure: azure.optional(),
});

export interface StackConfig {
  readonly product: Product;
  readonly releases: readonly Release[];
  readonly aws?: AwsConfig;
  readonly gcp?: GcpConfig;
  readonly azure?: AzureConfig;
}

export const CLOUDS = ["aws", "gcp", "azure"] as const;
export type Cloud = (typeof CLOUDS)[number];

type Rules<C> = (config: C, product: Product, builds: readonly Build[]) => Problem[];

/** One line per cloud: the rules that a schema cannot express. */
export const CLOUD_RULES: { readonly [C in Cloud]: Rules<NonNullable<StackConfig[C]>> } = {
  aws: awsProblems,
  gcp: gcpProblems,
  azure: azureProblems,
};
