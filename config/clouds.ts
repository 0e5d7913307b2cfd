import type { z } from "zod";
import type { Cloud } from "../facts/clouds";
import { aws } from "./aws";
import { azure } from "./azure";
import type { CloudConfig, KmsForm } from "./cloud";
import { gcp } from "./gcp";
import { openstack } from "./openstack";

/** One line per cloud. */
const DESCRIPTORS = { aws, gcp, azure, openstack };

type Descriptors = typeof DESCRIPTORS;

/** Sections of a stack file, by cloud. */
export type CloudSections = {
  readonly [C in Cloud]: Descriptors[C] extends CloudConfig<infer S> ? S : never;
};

/** The same as a user writes them, before defaults. */
export type CloudInputs = { readonly [C in Cloud]?: z.input<Descriptors[C]["schema"]> };

/** Names of keys in the clouds' KMS. */
export type KmsKeyName = {
  [C in Cloud]: Descriptors[C] extends { readonly kms: KmsForm<infer K> } ? { readonly cloud: C } & K : never;
}[Cloud];

export const CLOUD_CONFIGS: { readonly [C in Cloud]: CloudConfig<CloudSections[C]> } = DESCRIPTORS;
