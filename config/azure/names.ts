import { z } from "zod";
import { isFreeKey, NO_TAKEN_KEY, TAKEN_KEYS } from "../keys";
import { RESERVED_TAG_PREFIX } from "../../facts/tags";

/** learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules (2026-11), Microsoft.Compute. */
const DEFINITION_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$/;
export const DEFINITION_NAME_RULE =
  "1 to 80 letters, digits, . _ and -, with a letter or digit first and last, but neither toString nor valueOf";

export function isDefinitionName(name: string): boolean {
  return DEFINITION_NAME.test(name) && isFreeKey(name);
}

/** Managed disk names cannot contain dots: `demo-x86_64-20261120.0` becomes `demo-x86_64-20261120-0`. */
export function toDiskName(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, "-");
}

const DISK_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/;
export const DISK_NAME_RULE = "1 to 80 letters, digits, _ and -, with a letter or digit first (. becomes -)";

export function isDiskName(name: string): boolean {
  return DISK_NAME.test(name);
}

/** Azure allows 50 tags; four are ours. */
const OWN_TAGS_LIMIT = 46;

/** learn.microsoft.com/azure/azure-resource-manager/management/tag-resources, "Limitations" (2026-11). */
export const azureTags = z
  .record(
    z
      .string()
      .regex(
        new RegExp(
          `^${NO_TAKEN_KEY}(?!${RESERVED_TAG_PREFIX}|microsoft|azure|windows)[^<>%&\\\\?/\\p{Cc}]{1,512}$`,
          "iu",
        ),
        {
          error: `a tag name of 1 to 512 characters without < > % & \\ ? /, that begins with none of ${RESERVED_TAG_PREFIX} microsoft azure windows, and is none of ${TAKEN_KEYS}`,
        },
      ),
    z.string().max(256, { error: "a tag value of at most 256 characters" }),
  )
  .refine((tags) => Object.keys(tags).length <= OWN_TAGS_LIMIT, {
    error: `at most ${OWN_TAGS_LIMIT} tags: Azure allows 50, and four are set by this program`,
  })
  .refine(
    (tags) => new Set(Object.keys(tags).map((name) => name.toLowerCase())).size === Object.keys(tags).length,
    {
      error: "names that differ in more than capitals: to Azure they are the same",
    },
  )
  .default({});
