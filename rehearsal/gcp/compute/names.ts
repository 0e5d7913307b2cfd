import { invalidField } from "../errors";

/** RFC 1035 label, in the words of Compute Engine's own message. */
const NAME = "(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)";
const NAME_PATTERN = new RegExp(`^${NAME}$`);

/** Names of images and families. */
export function checkName(field: string, value: string): void {
  if (!NAME_PATTERN.test(value)) throw invalidField(field, value, `Must be a match of regex '${NAME}'`);
}

/** Longest description; https://cloud.google.com/compute/docs/reference/rest/v1/images. */
const DESCRIPTION_LIMIT = 2048;

export function checkDescription(field: string, value: string): void {
  if ([...value].length > DESCRIPTION_LIMIT) {
    throw invalidField(field, value, `Must be at most ${DESCRIPTION_LIMIT} characters long.`);
  }
}

/** https://cloud.google.com/compute/docs/labeling-resources#requirements. International lower-case letters are letters. */
const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const LABEL_LIMIT = 64;

export function checkLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels);
  if (entries.length > LABEL_LIMIT) {
    throw invalidField(
      "resource.labels",
      "",
      `There can be no more than ${LABEL_LIMIT} labels on a resource.`,
    );
  }
  for (const [key, value] of entries) {
    if (!LABEL_KEY.test(key)) {
      throw invalidField(
        "resource.labels",
        "",
        `Label key '${key}' violates format constraints. The key must start with a lowercase character, can only ` +
          "contain lowercase letters, numeric characters, underscores and dashes. The key can be at most 63 " +
          "characters long. International characters are allowed.",
      );
    }
    if (!LABEL_VALUE.test(value)) {
      throw invalidField(
        "resource.labels",
        "",
        `Label value '${value}' violates format constraints. The value can only contain lowercase letters, numeric ` +
          "characters, underscores and dashes. The value can be at most 63 characters long. International " +
          "characters are allowed.",
      );
    }
  }
}
