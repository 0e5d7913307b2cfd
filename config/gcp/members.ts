/** Identities whose spelling counts: `principal://iam.googleapis.com/…`, `principalSet://…`. */
const CASE_SENSITIVE = /^principal(Set|Hierarchy)?:/;

/** Kinds of members that a stack file names, as Google spells them (cloud.google.com/iam/docs/principal-identifiers, read 2026-11). */
const KINDS = ["user", "group", "serviceAccount", "domain"];

/**
 * An IAM member as Google keeps it: addresses and domains come back in lower case, whatever was sent
 * (`normalizeIamMemberCasing` in tpgiamresource/iam.go of hashicorp/terraform-provider-google-beta 7.45, read 2026-11). A kind has
 * one spelling, which a stack file need not keep to.
 */
export function normalizeMember(member: string): string {
  const [, kind, name] = /^([^:]+):(.*)$/.exec(member) ?? [];
  if (kind === undefined || name === undefined || CASE_SENSITIVE.test(member)) return member;
  const known = KINDS.find((candidate) => candidate.toLowerCase() === kind.toLowerCase());
  return `${known ?? kind}:${name.toLowerCase()}`;
}

/** Two spellings of one member. */
export function sameMember(one: string, other: string): boolean {
  return normalizeMember(one) === normalizeMember(other);
}
