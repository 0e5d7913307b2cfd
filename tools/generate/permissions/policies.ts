import { awsPolicy } from "./aws";
import { DOCUMENTS } from "./documents";

/** Each policy document, and what writes it. */
export function policyDocuments(): Record<string, () => string> {
  return Object.fromEntries([
    ...namesOf(DOCUMENTS.aws).map(
      (name) => [`docs/policies/aws-${name}.json`, () => awsPolicy(name)] as const,
    ),
  ]);
}

function namesOf<T extends object>(documents: T): (keyof T & string)[] {
  return Object.keys(documents) as (keyof T & string)[];
}
