/** Images refuse `allUsers`: the widest grantee is everyone who is signed in. */
export const EVERYONE = "allAuthenticatedUsers";

/** Case-sensitive identities: `principal://iam.googleapis.com/…`, `principalSet://…`. */
const CASE_SENSITIVE = /^principal(Set|Hierarchy)?:/;

/**
 * Kinds of members in a stack file that have an address, in Google's spelling
 * (cloud.google.com/iam/docs/principal-identifiers, read 2026-11).
 */
const ADDRESSED = ["user", "group", "serviceAccount"];
const KINDS = [...ADDRESSED, "domain"];

/** A principal of a stack file: one of these kinds, with an address or a domain; and how that is said. */
export const PRINCIPAL = new RegExp(
  `^(${ADDRESSED.join("|")}):[^\\s:@]+@[^\\s:@]+$|^domain:([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$`,
  "i",
);
export const PRINCIPAL_FORM =
  'a principal as "user:a@example.org", "group:…", "serviceAccount:…" or "domain:example.org"; everyone is `public: true`';

/**
 * An IAM member as Google stores it: addresses and domains are returned in lower case (`normalizeIamMemberCasing` in
 * tpgiamresource/iam.go of hashicorp/terraform-provider-google-beta 7.45, read 2026-11). A stack file may spell a
 * kind in any case.
 */
export function normalizeMember(member: string): string {
  const [, kind, name] = /^([^:]+):(.*)$/.exec(member) ?? [];
  if (kind === undefined || name === undefined || CASE_SENSITIVE.test(member)) return member;
  const known = KINDS.find((candidate) => candidate.toLowerCase() === kind.toLowerCase());
  return `${known ?? kind}:${name.toLowerCase()}`;
}

/** True if both are spellings of the same member. */
export function sameMember(one: string, other: string): boolean {
  return normalizeMember(one) === normalizeMember(other);
}

/** A member as the grantee of an audience: `public`, or Google's spelling. */
export function granteeOf(member: string): string {
  return member === EVERYONE || member === "allUsers" ? "public" : normalizeMember(member);
}

/** The reverse of {@link granteeOf}. */
export function memberFor(grantee: string): string {
  return grantee === "public" ? EVERYONE : grantee;
}
