import { z } from "zod";
import type { Identity } from "../tags";

/** RFC 1035, as Compute Engine names images and families: no dots, no underscores, no capitals. */
const RESOURCE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const RESOURCE_NAME_RULE =
  "1 to 63 characters of a-z, 0-9 and -, with a letter first and no dash last (capitals are lowered; . and _ become -)";

export function isResourceName(name: string): boolean {
  return RESOURCE_NAME.test(name);
}

/** `Demo-x86_64-20261120.0` is `demo-x86-64-20261120-0` on Google Cloud. */
export function spellResourceName(text: string): string {
  return text.toLowerCase().replace(/[._\s]/g, "-");
}

/** Google allows 64 labels; four are ours. */
const OWN_LABELS_LIMIT = 60;

/** cloud.google.com/compute/docs/labeling-resources (2026-11): international letters are left out here on purpose. */
export const gcpLabels = z
  .record(
    z.string().regex(/^(?!imprimatur-|goog)[a-z][a-z0-9_-]{0,62}$/, {
      error:
        "a label key of 1 to 63 characters of a-z, 0-9, _ and -, with a letter first, that begins neither with imprimatur- nor with goog",
    }),
    z
      .string()
      .regex(/^[a-z0-9_-]{0,63}$/, { error: "a label value of at most 63 characters of a-z, 0-9, _ and -" }),
  )
  .refine((labels) => Object.keys(labels).length <= OWN_LABELS_LIMIT, {
    error: `at most ${OWN_LABELS_LIMIT} labels: Google allows 64, and four are set by this program`,
  })
  .default({});

/**
 * The four identity tags in Google's alphabet. A label value holds 63 characters and a SHA-256 has 64, so the label
 * carries its first 32; the whole digest is in the archive's metadata and in the image's description.
 */
export function identityLabels({ product, release, sha256, stack }: Identity): Record<string, string> {
  return {
    ...ownerLabels({ product, stack }),
    "imprimatur-release": labelValue(release),
    "imprimatur-digest": sha256.slice(0, 32),
  };
}

/** What belongs to no single release bears. */
export function ownerLabels({ product, stack }: Pick<Identity, "product" | "stack">): Record<string, string> {
  return { "imprimatur-product": labelValue(product), "imprimatur-stack": labelValue(stack) };
}

/** A text in the alphabet of label values. */
export function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "-")
    .slice(0, 63);
}
