import { z } from "zod";
import { NO_TAKEN_KEY, TAKEN_KEYS } from "../keys";
import { RESERVED_TAG_PREFIX } from "../../facts/tags";

/** EC2 API reference, RegisterImage, `Name` (2026-11): 3 to 128 characters. */
const AMI_NAME = /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/;
export const AMI_NAME_RULE = "3 to 128 characters: letters, digits, spaces and ( ) [ ] . / - ' @ _";

export function isAmiName(name: string): boolean {
  return AMI_NAME.test(name);
}

/** EC2 API reference, RegisterImage, `Description`: at most 255 characters. */
export const AMI_DESCRIPTION_LIMIT = 255;

/** "Character sets beyond ASCII are not supported": RegisterImage's refusal (github.com/metadist/synaplan/pull/1546, 2026-11). */
export function isAmiDescription(text: string): boolean {
  return /^[ -~]*$/.test(text) && text.length <= AMI_DESCRIPTION_LIMIT;
}

/**
 * AWS allows 50 tags on an object; six are ours: `Name`, the four of {@link RESERVED_TAG_PREFIX}, and a temporary one
 * on a snapshot during its upload.
 */
const OWN_TAGS_LIMIT = 44;

/**
 * EC2 User Guide, "Tag your Amazon EC2 resources", tag restrictions (docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html,
 * 2026-11): EC2 takes any character, and those that all services take are letters, digits, spaces and + - = . _ : / @; keys have 128
 * characters at most, values 256, and `aws:` is reserved. The pattern of those services, `[\p{L}\p{Z}\p{N}_.:/=+\-@]`
 * (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html, 2026-11), has no combining marks, which are the vowels of many
 * scripts, as Hindi and Thai. They are taken here, as these tags are on AMIs and snapshots alone, which are EC2's.
 */
export const awsTags = z
  .record(
    z
      .string()
      .regex(
        new RegExp(
          `^${NO_TAKEN_KEY}(?!aws:|${RESERVED_TAG_PREFIX})[\\p{L}\\p{M}\\p{N} _.:/=+@-]{1,128}$`,
          "iu",
        ),
        {
          error: `a tag key of 1 to 128 letters, digits, spaces and _ . : / = + - @ that begins neither with aws: nor with ${RESERVED_TAG_PREFIX}, and is none of ${TAKEN_KEYS}`,
        },
      ),
    z.string().regex(/^[\p{L}\p{M}\p{N} _.:/=+@-]{0,256}$/u, {
      error: "a tag value of at most 256 letters, digits, spaces and _ . : / = + - @",
    }),
  )
  .refine((tags) => Object.keys(tags).length <= OWN_TAGS_LIMIT, {
    error: `at most ${OWN_TAGS_LIMIT} tags: AWS allows 50 on an object, and six are set by this program`,
  })
  .default({});
