import { z } from "zod";
import { type Cloud, CLOUDS } from "../facts/clouds";
import { allow } from "./allow";
import { checks, type Checks } from "./checks";
import { CLOUD_CONFIGS, type CloudInputs, type CloudSections } from "./clouds";
import { policy, type Policy } from "./policy";
import { product, type Product } from "./product";
import { record, type RecordConfig } from "./record";
import { type Release, releases } from "./release";

const sections = Object.fromEntries(
  CLOUDS.map((cloud) => [cloud, (CLOUD_CONFIGS[cloud].schema as z.ZodType).optional()]),
) as { [C in Cloud]: z.ZodOptional<z.ZodType<CloudSections[C]>> };

/** The stack file's content: each key is `imprimatur:<key>` there. */
export const stackConfig = z.strictObject({
  product,
  releases,
  checks,
  policy: policy.optional(),
  record: record.optional(),
  allow,
  ...sections,
});

/** The same as a user writes it, before defaults. */
export interface StackInput extends CloudInputs {
  readonly product: z.input<typeof product>;
  readonly releases: z.input<typeof releases>;
  readonly checks?: z.input<typeof checks>;
  readonly policy?: z.input<typeof policy>;
  readonly record?: z.input<typeof record>;
  readonly allow?: z.input<typeof allow>;
}

export interface StackConfig extends Partial<CloudSections> {
  readonly product: Product;
  readonly releases: readonly Release[];
  readonly checks: Checks;
  readonly policy?: Policy;
  /** Absent: no record is made. */
  readonly record?: RecordConfig;
  /** Guarded changes that `up` may make, e.g. `make-public` or `make-public:20261120.0`. */
  readonly allow: readonly string[];
}
