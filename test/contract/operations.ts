/**
 * Every operation of a cloud that the product uses: through clouds/, or through the native resources of its
 * components. Checked against the code by operations.test.ts; docs/fidelity.md lists what is recorded of each.
 */
import type { CloudName } from "./exchange";
import { RECORDED } from "./recorded";

/** Number of operations without a recorded real response. It may only fall. */
export const WITHOUT_RECORD = 6;

const named = (service: string, ...names: string[]) => names.map((name) => `${service} ${name}`);

export const OPERATIONS: Readonly<Record<CloudName, readonly string[]>> = {
  aws: [
    ...named(
      "EBS",
      "StartSnapshot",
      "PutSnapshotBlock",
      "CompleteSnapshot",
      "ListSnapshotBlocks",
      "GetSnapshotBlock",
    ),
    ...named(
      "EC2",
      "CopyImage",
      "CopySnapshot",
      "CreateTags",
      "DeleteSnapshot",
      "DeleteTags",
      "DeregisterImage",
      "DescribeImageAttribute",
      "DescribeImages",
      "DescribeInstanceTypes",
      "DescribeInstances",
      "DescribeRegions",
      "DescribeSnapshotAttribute",
      "DescribeSnapshots",
      "DisableImageDeprecation",
      "EnableImageDeprecation",
      "GetConsoleOutput",
      "GetEbsDefaultKmsKeyId",
      "GetEbsEncryptionByDefault",
      "GetImageBlockPublicAccessState",
      "GetSnapshotBlockPublicAccessState",
      "ModifyImageAttribute",
      "ModifySnapshotAttribute",
      "RegisterImage",
      "RunInstances",
      "TerminateInstances",
    ),
    "IAM SimulatePrincipalPolicy",
    "Service Quotas GetServiceQuota",
    ...named("KMS", "GetPublicKey", "Sign"),
    ...named(
      "SSM",
      "AddTagsToResource",
      "DeleteParameter",
      "DescribeParameters",
      "GetParameter",
      "GetParameters",
      "ListTagsForResource",
      "PutParameter",
      "RemoveTagsFromResource",
    ),
    ...named("STS", "GetCallerIdentity"),
  ],
  gcp: [
    ...named(
      "Compute",
      "images.get",
      "images.getFromFamily",
      "images.list",
      "images.insert",
      "images.patch",
      "images.deprecate",
      "images.setLabels",
      "images.delete",
      "images.getIamPolicy",
      "images.setIamPolicy",
      "operations.get",
      "regions.list",
      "projects.get",
      "licenses.get",
    ),
    ...named(
      "Storage",
      "buckets.get",
      "buckets.insert",
      "buckets.patch",
      "buckets.delete",
      "buckets.testIamPermissions",
      "objects.get",
      "objects.list",
      "objects.patch",
      "objects.delete",
      "resumable upload: begin",
      "resumable upload: chunk",
      "resumable upload: status",
      "resumable upload: cancel",
    ),
    ...named("KMS", "publicKey", "asymmetricSign"),
    "Resource Manager projects.testIamPermissions",
    "Organization Policy policies.getEffectivePolicy",
  ],
  azure: [
    ...named(
      "Resources",
      "subscription GET",
      "provider GET",
      "group GET",
      "group PUT",
      "group DELETE",
      "groups list",
      "group resources list",
      "operationresults GET",
    ),
    ...named("Authorization", "permissions list", "locks list"),
    ...named(
      "Compute",
      "disks PUT",
      "disks GET",
      "disks list",
      "disks DELETE",
      "disks beginGetAccess",
      "disks endGetAccess",
      "galleries PUT",
      "galleries GET",
      "galleries list",
      "galleries share",
      "galleries DELETE",
      "definitions PUT",
      "definitions GET",
      "definitions list",
      "definitions DELETE",
      "versions PUT",
      "versions GET",
      "versions list",
      "versions DELETE",
      "communityGalleries",
      "sharedGalleries",
      "operations: Location",
      "operations: Azure-AsyncOperation",
    ),
    ...named("Blob", "Put Page", "Clear Pages", "Get Page Ranges", "Get Blob with a range", "HEAD"),
    ...named("Key Vault", "key GET", "key sign"),
  ],
};

/** Files of clouds/ by the operations that they send to Google and Azure; all of them use `http.ts`, the boundary. */
export const SENDERS: Readonly<Record<string, readonly string[]>> = {
  "clouds/azure/api/disks.ts": named(
    "Compute",
    "disks PUT",
    "disks GET",
    "disks list",
    "disks DELETE",
    "disks beginGetAccess",
    "disks endGetAccess",
  ),
  "clouds/azure/api/galleries.ts": [
    ...named("Compute", "galleries GET", "galleries list", "galleries share", "galleries DELETE"),
    ...named("Compute", "definitions GET", "definitions list", "definitions DELETE"),
    ...named("Compute", "versions GET", "versions list", "versions PUT", "versions DELETE"),
    ...named("Compute", "communityGalleries", "sharedGalleries"),
  ],
  "clouds/azure/api/groups.ts": [
    ...named("Resources", "subscription GET", "provider GET", "group GET", "groups list"),
    ...named("Resources", "group resources list", "group DELETE"),
    ...named("Authorization", "permissions list", "locks list"),
  ],
  "clouds/azure/api/keys.ts": named("Key Vault", "key GET", "key sign"),
  "clouds/azure/api/operations.ts": [
    ...named("Compute", "operations: Location", "operations: Azure-AsyncOperation"),
    "Resources operationresults GET",
  ],
  "clouds/azure/api/pages.ts": named(
    "Blob",
    "Put Page",
    "Clear Pages",
    "Get Page Ranges",
    "Get Blob with a range",
    "HEAD",
  ),
  "clouds/azure/api/session.ts": [],
  "clouds/gcp/api/image-policy.ts": named("Compute", "images.getIamPolicy", "images.setIamPolicy"),
  "clouds/gcp/api/images.ts": named(
    "Compute",
    "images.get",
    "images.list",
    "images.getFromFamily",
    "images.insert",
    "images.patch",
    "images.deprecate",
    "images.setLabels",
    "images.delete",
  ),
  "clouds/gcp/api/keys.ts": named("KMS", "publicKey", "asymmetricSign"),
  "clouds/gcp/api/objects.ts": named(
    "Storage",
    "objects.get",
    "objects.list",
    "objects.patch",
    "objects.delete",
    "buckets.get",
    "buckets.delete",
    "buckets.testIamPermissions",
  ),
  "clouds/gcp/api/operations.ts": ["Compute operations.get"],
  "clouds/gcp/api/projects.ts": [
    ...named("Compute", "regions.list", "projects.get", "licenses.get"),
    "Resource Manager projects.testIamPermissions",
    "Organization Policy policies.getEffectivePolicy",
  ],
  "clouds/gcp/api/session.ts": [],
  "clouds/gcp/api/upload.ts": named(
    "Storage",
    "resumable upload: begin",
    "resumable upload: chunk",
    "resumable upload: status",
    "resumable upload: cancel",
  ),
};

/**
 * Operations that only native resources send: each create, read, update and delete of theirs is in
 * rehearsal/plugins/.
 */
export const NATIVE: readonly string[] = [
  ...named("Compute", "galleries PUT", "definitions PUT"),
  "Resources group PUT",
  ...named("Storage", "buckets.insert", "buckets.patch"),
];

/** Operations without a recorded exchange. */
export function withoutRecord(cloud: CloudName): string[] {
  const recorded = new Set(RECORDED[cloud].map(({ operation }) => operation));
  return OPERATIONS[cloud].filter((operation) => !recorded.has(operation));
}
