import { awsPolicy } from "./aws";
import { azureRole } from "./azure";
import { DOCUMENTS } from "./documents";
import { googleRole } from "./gcp";

/** Each policy document, with its generator. */
export function policyDocuments(): Record<string, () => string> {
  return Object.fromEntries([
    ...namesOf(DOCUMENTS.aws).map(
      (name) => [`docs/policies/aws-${name}.json`, () => awsPolicy(name)] as const,
    ),
    ...namesOf(DOCUMENTS.gcp).map(
      (name) => [`docs/policies/gcp-${name}.json`, () => googleRole(name)] as const,
    ),
    ...namesOf(DOCUMENTS.azure).map(
      (name) => [`docs/policies/azure-${name}.json`, () => azureRole(name)] as const,
    ),
  ]);
}

function namesOf<T extends object>(documents: T): (keyof T & string)[] {
  return Object.keys(documents) as (keyof T & string)[];
}
