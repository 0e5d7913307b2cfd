/** One of Google's own roles, reduced to the permissions of supported methods. */
interface Role {
  /** Roles fully included in it. */
  readonly includes?: readonly RoleName[];
  /** Verbs by resource type: `compute.images` and `get` are `compute.images.get`. */
  readonly adds: Readonly<Record<string, string>>;
}

type RoleName = `roles/${string}`;

const VIEWS_PROJECT = { "resourcemanager.projects": "get" };
const VIEWS_POLICIES = { "orgpolicy.policy": "get" };

/**
 * Predefined and basic roles. Google's role definitions, as collected in github.com/iann0036/iam-dataset, gcp/roles/,
 * at 2073fa52 of 2026-08-22: each was compared with its file there, for every permission that is named here. The
 * inclusions are derived, not Google's. A basic role gives no access to objects: what Owner and Editor may do in a
 * bucket comes from the bucket's own policy (projectOwner, projectEditor).
 */
export const ROLE_CONTENTS: Readonly<Record<RoleName, Role>> = {
  "roles/owner": {
    includes: ["roles/editor", "roles/compute.admin", "roles/cloudkms.signerVerifier"],
    adds: { "storage.buckets": "restore" },
  },
  "roles/editor": {
    includes: ["roles/viewer"],
    adds: {
      "cloudkms.cryptoKeyVersions": "create update",
      "cloudkms.cryptoKeys": "create",
      "cloudkms.keyRings": "create",
      "compute.globalOperations": "delete",
      "compute.images": "create delete deprecate setLabels update",
      "storage.buckets": "create delete",
    },
  },
  "roles/viewer": {
    includes: ["roles/compute.viewer"],
    adds: {
      "cloudkms.cryptoKeyVersions": "get",
      "compute.images": "useReadOnly",
      "storage.buckets": "list",
      ...VIEWS_POLICIES,
    },
  },

  "roles/compute.admin": {
    includes: ["roles/compute.storageAdmin"],
    adds: { "compute.globalOperations": "delete" },
  },
  "roles/compute.storageAdmin": {
    includes: ["roles/compute.viewer"],
    adds: { "compute.images": "create delete deprecate setIamPolicy setLabels update useReadOnly" },
  },
  "roles/compute.instanceAdmin.v1": { includes: ["roles/compute.storageAdmin"], adds: {} },
  "roles/compute.viewer": {
    adds: {
      "compute.globalOperations": "get list",
      "compute.images": "get getFromFamily getIamPolicy list",
      "compute.licenses": "get",
      "compute.projects": "get",
      "compute.regions": "get list",
      "compute.zones": "get list",
      ...VIEWS_PROJECT,
    },
  },
  "roles/compute.imageUser": {
    adds: { "compute.images": "get getFromFamily list useReadOnly", ...VIEWS_PROJECT },
  },

  "roles/storage.admin": {
    includes: ["roles/storage.objectAdmin"],
    adds: {
      "storage.buckets": "create delete get getIamPolicy list relocate restore setIamPolicy update",
    },
  },
  "roles/storage.objectAdmin": {
    includes: ["roles/storage.objectUser"],
    adds: { "storage.objects": "getIamPolicy setIamPolicy" },
  },
  "roles/storage.objectUser": {
    includes: ["roles/storage.objectCreator", "roles/storage.objectViewer"],
    adds: { "storage.objects": "delete move restore update" },
  },
  "roles/storage.objectViewer": { adds: { "storage.objects": "get list", ...VIEWS_PROJECT } },
  "roles/storage.objectCreator": {
    adds: { "storage.objects": "create", ...VIEWS_PROJECT, ...VIEWS_POLICIES },
  },
  "roles/storage.legacyBucketOwner": {
    includes: ["roles/storage.legacyBucketWriter"],
    adds: { "storage.buckets": "getIamPolicy relocate restore setIamPolicy update" },
  },
  "roles/storage.legacyBucketWriter": {
    includes: ["roles/storage.legacyBucketReader"],
    adds: { "storage.objects": "create delete restore" },
  },
  "roles/storage.legacyBucketReader": { adds: { "storage.buckets": "get", "storage.objects": "list" } },
  "roles/storage.legacyObjectOwner": {
    includes: ["roles/storage.legacyObjectReader"],
    adds: { "storage.objects": "getIamPolicy setIamPolicy update" },
  },
  "roles/storage.legacyObjectReader": { adds: { "storage.objects": "get" } },

  "roles/cloudkms.admin": {
    adds: {
      "cloudkms.cryptoKeyVersions": "create get update",
      "cloudkms.cryptoKeys": "create",
      "cloudkms.keyRings": "create",
      ...VIEWS_PROJECT,
    },
  },
  "roles/cloudkms.signerVerifier": {
    includes: ["roles/cloudkms.signer", "roles/cloudkms.publicKeyViewer"],
    adds: {},
  },
  "roles/cloudkms.signer": { adds: { "cloudkms.cryptoKeyVersions": "useToSign", ...VIEWS_PROJECT } },
  "roles/cloudkms.publicKeyViewer": {
    adds: { "cloudkms.cryptoKeyVersions": "viewPublicKey", ...VIEWS_PROJECT },
  },

  "roles/orgpolicy.policyViewer": { adds: { ...VIEWS_POLICIES } },
};
