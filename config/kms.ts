import { z } from "zod";
import { CLOUDS } from "../facts/clouds";
import { CLOUD_CONFIGS, type KmsKeyName } from "./clouds";

const FORMS = CLOUDS.flatMap((cloud) => {
  const { kms } = CLOUD_CONFIGS[cloud];
  return kms === undefined ? [] : [{ cloud, ...kms }];
});

const WORDS = FORMS.map(({ says }) => says);
const NEEDED = `a KMS key as cosign names it: ${WORDS.slice(0, -1).join(", ")} or ${WORDS.at(-1)}`;

export const kmsUri = z
  .string()
  // One pattern, so that the editor's schema includes it.
  .regex(new RegExp(FORMS.map(({ uri }) => `(?:${uri.source})`).join("|")), { error: NEEDED });

/**
 * A signing key in a cloud's KMS; the private key never leaves it.
 *
 * @throws if the URI does not name a key in a form of {@link kmsUri}
 */
export function parseKmsUri(uri: string): KmsKeyName {
  for (const { cloud, parse } of FORMS) {
    const key = parse(uri);
    if (key !== undefined) return { cloud, ...key } as KmsKeyName;
  }
  throw new Error(`${uri}: needs ${NEEDED}`);
}
