import { z } from "zod";
import { DEFAULT_VARIANT } from "../config/product";
import { variantByVersion } from "../config/variant";
import type { Preview } from "./preview";

/** As far as the stack file has to be right for it. */
const varied = z.object({
  product: z.object({
    variant: z.string().default(DEFAULT_VARIANT),
    variants: z.record(z.string(), z.unknown()),
  }),
});

/** The variant of each release; absent: the product has one. */
export function variantsOf(
  config: Preview["config"],
  versions: Iterable<string>,
): Record<string, string> | undefined {
  const { data } = varied.safeParse(config);
  if (data === undefined) return undefined;
  const { product } = data;
  if (Object.keys(product.variants).every((name) => name === product.variant)) return undefined;
  return Object.fromEntries([...versions].map((version) => [version, variantByVersion(product, version)]));
}
