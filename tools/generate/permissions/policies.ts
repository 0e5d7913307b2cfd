import { CLOUDS } from "../../../facts/clouds";
import { CLOUD_DOCUMENTS } from "./clouds";

/** Each policy document, with its generator. */
export function policyDocuments(): Record<string, () => string> {
  const entries = CLOUDS.flatMap((cloud) => {
    const { documents, policy } = CLOUD_DOCUMENTS[cloud];
    return Object.entries(documents).map(
      ([name, document]) => [`docs/policies/${cloud}-${name}.json`, () => policy(name, document)] as const,
    );
  });
  return Object.fromEntries(entries);
}
