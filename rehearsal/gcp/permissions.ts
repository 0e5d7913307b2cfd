import type { Identity } from "./identities";

/** Who has which role; the policy of one image or one bucket. */
export interface Policy {
  version: number;
  etag: string;
  bindings: Binding[];
}

export interface Binding {
  role: string;
  members: string[];
}

const IMAGE_READ = ["compute.images.get", "compute.images.getFromFamily", "compute.images.getIamPolicy"];
const IMAGE_ADMIN = [
  ...IMAGE_READ,
  "compute.images.useReadOnly",
  "compute.images.delete",
  "compute.images.deprecate",
  "compute.images.setIamPolicy",
  "compute.images.setLabels",
  "compute.images.update",
];

/** https://cloud.google.com/compute/docs/access/iam: the roles that can be bound on one image. */
export const IMAGE_ROLES: Readonly<Record<string, readonly string[]>> = {
  "roles/compute.imageUser": [
    "compute.images.get",
    "compute.images.getFromFamily",
    "compute.images.useReadOnly",
  ],
  "roles/compute.viewer": IMAGE_READ,
  "roles/compute.admin": IMAGE_ADMIN,
  "roles/compute.storageAdmin": IMAGE_ADMIN,
  "roles/viewer": IMAGE_READ,
  "roles/editor": IMAGE_ADMIN,
  "roles/owner": IMAGE_ADMIN,
};

const OBJECT_READ = ["storage.objects.get", "storage.objects.list"];
const OBJECT_ADMIN = [
  ...OBJECT_READ,
  "storage.objects.create",
  "storage.objects.delete",
  "storage.objects.update",
];
const BUCKET_ADMIN = [
  "storage.buckets.get",
  "storage.buckets.update",
  "storage.buckets.delete",
  "storage.buckets.getIamPolicy",
  "storage.buckets.setIamPolicy",
];

/** https://cloud.google.com/storage/docs/access-control/iam-roles: the roles that can be bound on one bucket. */
export const BUCKET_ROLES: Readonly<Record<string, readonly string[]>> = {
  "roles/storage.objectViewer": OBJECT_READ,
  "roles/storage.objectCreator": ["storage.objects.create"],
  "roles/storage.objectUser": OBJECT_ADMIN,
  "roles/storage.objectAdmin": OBJECT_ADMIN,
  "roles/storage.admin": [...BUCKET_ADMIN, ...OBJECT_ADMIN],
  "roles/storage.legacyBucketReader": ["storage.buckets.get", "storage.objects.list"],
  "roles/storage.legacyBucketWriter": [
    "storage.buckets.get",
    "storage.objects.list",
    "storage.objects.create",
    "storage.objects.delete",
  ],
  "roles/storage.legacyBucketOwner": [
    ...BUCKET_ADMIN.filter((permission) => permission !== "storage.buckets.delete"),
    "storage.objects.list",
    "storage.objects.create",
    "storage.objects.delete",
  ],
  "roles/storage.legacyObjectReader": ["storage.objects.get"],
  "roles/storage.legacyObjectOwner": ["storage.objects.get", "storage.objects.update"],
};

/** Every permission that a check can be about; `testIamPermissions` refuses others. */
export const IMAGE_PERMISSIONS: ReadonlySet<string> = new Set(IMAGE_ADMIN);
export const BUCKET_PERMISSIONS: ReadonlySet<string> = new Set([...BUCKET_ADMIN, ...OBJECT_ADMIN]);

/** Whether a caller may do something with a thing of a project that has this policy. Owners of the project may all. */
export function isAllowed(
  caller: Identity | undefined,
  permission: string,
  thing: { project: string; policy: Policy },
  roles: Readonly<Record<string, readonly string[]>>,
): boolean {
  if (caller?.project === thing.project) return true;
  return thing.policy.bindings.some(
    ({ role, members }) =>
      roles[role]?.includes(permission) && members.some((member) => matches(caller, member)),
  );
}

function matches(caller: Identity | undefined, member: string): boolean {
  if (member === "allUsers") return true;
  if (!caller) return false;
  const [kind, name] = [member.slice(0, member.indexOf(":")), member.slice(member.indexOf(":") + 1)];
  if (member === "allAuthenticatedUsers" || member === caller.member) return true;
  if (kind === "domain") return caller.member.startsWith("user:") && caller.member.endsWith(`@${name}`);
  return /^project(Owner|Editor|Viewer)$/.test(kind) && name === caller.project;
}

const MEMBER =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group):[^@\s]+@[^@\s]+\.[^@\s]+|domain:[^@\s]+\.[^@\s]+|project(Owner|Editor|Viewer):[a-z0-9-]+|principal(Set)?:\/\/\S+)$/;

/** What is wrong with the bindings somebody wants to set, or nothing. */
export function bindingProblem(
  bindings: readonly Binding[],
  roles: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  for (const { role, members } of bindings) {
    if (!(role in roles)) return `Role ${role} is not supported for this resource.`;
    for (const member of members) {
      if (!MEMBER.test(member))
        return `Invalid member "${member}": a member is written as type:id, as in user:alice@example.com.`;
    }
  }
  return undefined;
}

function inLowerCase(member: string): string {
  return /^(user|group|serviceAccount|domain):/.test(member)
    ? member.replace(/:.*$/, (name) => name.toLowerCase())
    : member;
}

/**
 * Bindings as Google keeps them: one per role, members sorted and once, addresses and domains in lower case, no empty
 * ones. The case: `normalizeIamMemberCasing` in tpgiamresource/iam.go of hashicorp/terraform-provider-google-beta 7.45,
 * read 2026-11, which exists because of that.
 */
export function normalizeBindings(bindings: readonly Binding[]): Binding[] {
  const byRole = new Map<string, Set<string>>();
  for (const { role, members } of bindings) {
    const kept = byRole.get(role) ?? new Set<string>();
    for (const member of members) kept.add(inLowerCase(member));
    byRole.set(role, kept);
  }
  return [...byRole]
    .filter(([, members]) => members.size > 0)
    .map(([role, members]) => ({ role, members: [...members].sort() }))
    .sort((a, b) => (a.role < b.role ? -1 : 1));
}
