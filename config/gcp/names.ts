import { createHash } from "node:crypto";
import { z } from "zod";
import { identityHex, identityTag } from "../../facts/disk-identity";
import { type Identity, LABEL } from "../../facts/tags";

/** RFC 1035, as Compute Engine names images and families: no dots, no underscores, no capitals. */
const RESOURCE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const RESOURCE_NAME_RULE =
  "1 to 63 characters of a-z, 0-9 and -, with a letter first and no dash last (capitals are lowered; . and _ become -)";

export function isResourceName(name: string): boolean {
  return RESOURCE_NAME.test(name);
}

/** cloud.google.com/storage/docs/buckets#naming (read 2026-11). */
export function isBucketName(name: string): boolean {
  const parts = name.split(".");
  return (
    /^[a-z0-9][a-z0-9._-]+[a-z0-9]$/.test(name) &&
    name.length <= (parts.length > 1 ? 222 : 63) &&
    parts.every((part) => /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(part)) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^goog|g[o0]{2}g[l1]e/.test(name)
  );
}
export const BUCKET_NAME_RULE =
  "a bucket name: 3 to 63 characters of a-z, 0-9, -, _ and ., in parts that begin and end with a letter or digit; no IP address, no goog first, nothing like google";

/** Compute Engine API, `images.insert`: limit of `description` in characters (read 2026-11). */
export const IMAGE_DESCRIPTION_LIMIT = 2048;

/** Every description ends with the digest of the disk. */
export function describeImage(text: string, identity: string): string {
  return `${text}, ${identityTag(identity)}`;
}

/** `Demo-x86_64-20261120.0` is `demo-x86-64-20261120-0` on Google Cloud. */
export function toResourceName(text: string): string {
  return text.toLowerCase().replace(/[._\s]/g, "-");
}

/** Google allows 64 labels; four are ours, and the provider adds `goog-pulumi-provisioned`. */
const OWN_LABELS_LIMIT = 59;

/** cloud.google.com/compute/docs/labeling-resources (2026-11); international letters are excluded on purpose. */
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
    error: `at most ${OWN_LABELS_LIMIT} labels: Google allows 64, and five are set by this program`,
  })
  .default({});

/**
 * The four identity tags in Google's alphabet. A label value holds 63 characters and a SHA-256 has 64, so the label
 * carries its first 32; the whole digest is in the archive's metadata and in the image's description.
 */
export function identityLabels({ product, release, sha256, stack }: Identity): Record<string, string> {
  return {
    ...ownerLabels({ product, stack }),
    [LABEL.release]: labelValue(release),
    [LABEL.digest]: identityHex(sha256).slice(0, 32),
  };
}

/** Labels of what belongs to no single release. */
export function ownerLabels({ product, stack }: Pick<Identity, "product" | "stack">): Record<string, string> {
  return { [LABEL.product]: distinctLabel(product), [LABEL.stack]: distinctLabel(stack) };
}

/** A stack's owner label, current and as written before {@link distinctLabel}. */
interface StackLabel {
  readonly now: string;
  readonly formerly: string;
}

/** @param stack by `ownerName` */
export function stackLabel(stack: string): StackLabel {
  return { now: distinctLabel(stack), formerly: labelValue(stack) };
}

/** An injective label: `debian.13` and `debian-13` differ, and so do two names with a common beginning. */
export function distinctLabel(text: string): string {
  const plain = labelValue(text);
  if (plain === text) return plain;
  return `${plain.slice(0, 54)}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}

/** A text reduced to the alphabet of label values. */
function labelValue(text: string): string {
  return inLabelAlphabet(text).slice(0, 63);
}

/** A text reduced to the alphabet of label values, of any length. */
export function inLabelAlphabet(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9_-]/g, "-");
}
