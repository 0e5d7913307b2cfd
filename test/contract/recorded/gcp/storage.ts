/** Cloud Storage, and the projects of Resource Manager. */
import { ABSENT, DATE, type Exchange, FLAG, LINK, TEXT } from "../../exchange";

/** Responses in the tests of a client library, captured by its author. */
const ZIGPS = {
  source:
    'the bucket tests of a client in Zig (buckets "zigps-p2", "zigps-p3"), "captured from Cloud Storage"',
  date: "2026-09-29",
};
/** Captured with cURL, each status as received. */
const WALK = {
  source:
    "leandrodamascena.medium.com/understanding-resumable-upload-in-google-cloud-storage-and-curl-example-9988534de0a6 (read 2026-11-29)",
  date: "not shown",
};
const OBJECT = {
  kind: "storage#object",
  id: TEXT,
  name: TEXT,
  bucket: TEXT,
  generation: /^\d+$/,
  metageneration: /^\d+$/,
  contentType: TEXT,
  storageClass: "STANDARD",
  size: /^\d+$/,
  md5Hash: TEXT,
  crc32c: TEXT,
  etag: TEXT,
  timeCreated: DATE,
  updated: DATE,
  timeStorageClassUpdated: DATE,
  timeFinalized: DATE,
};
/** Recorded from production by vcrpy. */
const gcsfs = (test: string) => ({
  source: `github.com/fsspec/gcsfs gcsfs/tests/recordings/${test}.yaml at 01c4bf79`,
  date: "2019-11-13",
});
const BUTLER = { source: "github.com/itchio/butler/issues/71", date: "2016-08-29" };

export const STORAGE: readonly Exchange[] = [
  {
    id: "buckets/get",
    operation: "Storage buckets.get",
    source:
      "github.com/cloud-custodian/cloud-custodian tools/c7n_gcp/tests/data/flights/bucket-uniform-bucket-access",
    date: "2020-05-09",
    status: 200,
    headers: { etag: TEXT, "content-type": "application/json; charset=UTF-8" },
    body: {
      kind: "storage#bucket",
      selfLink: LINK,
      id: TEXT,
      name: TEXT,
      projectNumber: /^\d+$/,
      metageneration: /^\d+$/,
      location: /^[A-Z0-9-]+$/,
      storageClass: TEXT,
      etag: TEXT,
      timeCreated: DATE,
      updated: DATE,
      iamConfiguration: {
        bucketPolicyOnly: { enabled: FLAG },
        uniformBucketLevelAccess: { enabled: FLAG },
      },
      locationType: TEXT,
    },
  },
  {
    id: "buckets/get/gone",
    operation: "Storage buckets.get",
    when: "there is no such bucket",
    source:
      "github.com/GoogleCloudPlatform/k8s-config-connector pkg/test/resourcefixture/testdata/basic/storagebucketbasic (golden log)",
    date: "not shown",
    status: 404,
    body: {
      error: {
        code: 404,
        message: "The specified bucket does not exist.",
        errors: [{ reason: "notFound", domain: "global" }],
      },
    },
    failure: { kind: "absent", says: /The specified bucket does not exist/ },
  },
  {
    id: "buckets/get/others",
    operation: "Storage buckets.get",
    when: "it is somebody else's, of another project",
    source:
      "github.com/GoogleCloudPlatform/deploymentmanager-samples/issues/151; newer words: github.com/MystenLabs/sui/issues/20213",
    date: "2018-04-17, 2024-11-11",
    status: 403,
    body: {
      error: {
        code: 403,
        message:
          /^\S+ does not have storage\.buckets\.get access to the Google Cloud Storage bucket\. Permission 'storage\.buckets\.get' denied on resource \(or it may not exist\)\.$/,
        errors: [{ reason: "forbidden", domain: "global" }],
      },
    },
    failure: { kind: "denied", says: /does not have storage\.buckets\.get access/ },
  },
  {
    id: "buckets/insert/others",
    operation: "Storage buckets.insert",
    when: "somebody else has the name, on all of Google Cloud",
    source:
      "github.com/GoogleCloudPlatform/mlops-with-vertex-ai/issues/26; terraform-google-modules/terraform-example-foundation/issues/716",
    date: "2022-10-17, 2022-05-04",
    status: 409,
    body: {
      error: {
        code: 409,
        message:
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
        errors: [{ reason: "conflict", domain: "global" }],
      },
    },
    failure: { kind: "busy", says: /The requested bucket name is not available/ },
  },
  {
    id: "buckets/insert/own",
    operation: "Storage buckets.insert",
    when: "the same project has the bucket",
    source: "github.com/gitpod-io/gitpod/issues/15578",
    date: "2023-01-05",
    status: 409,
    body: {
      error: {
        code: 409,
        message: "Your previous request to create the named bucket succeeded and you already own it.",
        errors: [{ reason: "conflict", domain: "global" }],
      },
    },
    failure: { kind: "busy", says: /you already own it/ },
  },
  {
    id: "buckets/permissions",
    operation: "Storage buckets.testIamPermissions",
    source: "github.com/The-OpenROAD-Project/OpenROAD docs/user/Bazel-caching.md (the output of a curl call)",
    date: "not shown",
    status: 200,
    body: { kind: "storage#testIamPermissionsResponse", permissions: [TEXT] },
  },
  {
    id: "buckets/patch",
    operation: "Storage buckets.patch",
    when: "asked for the field iamConfiguration alone",
    source:
      "github.com/cloud-custodian/cloud-custodian tools/c7n_gcp/tests/data/flights/bucket-uniform-bucket-access",
    date: "2020-05-09",
    status: 200,
    body: {
      iamConfiguration: { bucketPolicyOnly: { enabled: FLAG }, uniformBucketLevelAccess: { enabled: FLAG } },
    },
  },
  {
    id: "buckets/delete",
    operation: "Storage buckets.delete",
    source:
      "github.com/GoogleCloudPlatform/k8s-config-connector pkg/test/resourcefixture/testdata/basic/storagebucketbasic (golden log)",
    date: "not shown",
    status: 204,
  },
  {
    id: "projects/permissions/unknown",
    operation: "Resource Manager projects.testIamPermissions",
    when: "one of the permissions is none of a project's: nothing is answered of the others",
    source:
      "a public script that lists one's permissions, with the answer in its comment (bf_my_gcp_permissions)",
    date: "not shown",
    status: 400,
    body: { error: { code: 400, message: /^Permission \S+ is not valid for this resource\.$/ } },
    failure: { kind: "refused", says: /Permission \S+ is not valid for this resource/ },
  },
  {
    id: "resumable/chunk",
    operation: "Storage resumable upload: chunk",
    ...BUTLER,
    status: 308,
    headers: { range: /^bytes=0-\d+$/ },
  },
  {
    id: "resumable/chunk/nothing-kept",
    operation: "Storage resumable upload: chunk",
    when: "nothing of it was kept",
    source: "github.com/googleapis/google-cloud-cpp/pull/7877",
    date: "2022-01-11",
    status: 308,
    headers: { range: ABSENT },
    unplayed: "once in some million chunks; test/integration/provider/gcp.test.ts has it of a fake",
  },
  {
    id: "buckets/insert",
    operation: "Storage buckets.insert",
    source:
      "github.com/GoogleCloudPlatform/k8s-config-connector pkg/test/resourcefixture/testdata/basic/storage/v1beta1/storagebucket/storagebucketbasic/_vcr_cassettes/tf.yaml",
    date: "2024-06-27",
    status: 200,
    body: {
      kind: "storage#bucket",
      selfLink: LINK,
      id: TEXT,
      name: TEXT,
      projectNumber: /^\d+$/,
      metageneration: "1",
      location: /^[A-Z0-9-]+$/,
      storageClass: "STANDARD",
      etag: TEXT,
      timeCreated: DATE,
      updated: DATE,
      softDeletePolicy: { retentionDurationSeconds: "604800", effectiveTime: DATE },
      iamConfiguration: {
        bucketPolicyOnly: { enabled: FLAG },
        uniformBucketLevelAccess: { enabled: FLAG },
        publicAccessPrevention: "inherited",
      },
      locationType: TEXT,
      rpo: "DEFAULT",
    },
  },
  {
    id: "objects/list",
    operation: "Storage objects.list",
    ...ZIGPS,
    status: 200,
    body: { kind: "storage#objects", items: [OBJECT] },
  },
  {
    id: "objects/list/deleted",
    operation: "Storage objects.list",
    when: "what was deleted and is kept for seven days (softDeleted=true)",
    ...ZIGPS,
    status: 200,
    body: { kind: "storage#objects", items: [{ ...OBJECT, softDeleteTime: DATE, hardDeleteTime: DATE }] },
  },
  {
    id: "objects/patch",
    operation: "Storage objects.patch",
    when: "asked for the field metadata alone",
    ...gcsfs("test_attrs"),
    status: 200,
    headers: { etag: TEXT, "content-type": "application/json; charset=UTF-8" },
    body: { metadata: { foo: "blah" }, kind: ABSENT },
  },
  {
    id: "objects/delete",
    operation: "Storage objects.delete",
    ...gcsfs("test_rm"),
    status: 204,
  },
  {
    id: "objects/delete/gone",
    operation: "Storage objects.delete",
    when: "there is no such object",
    ...gcsfs("test_rm"),
    status: 404,
    body: {
      error: {
        code: 404,
        message: /^No such object: [^/]+\/\S+$/,
        errors: [{ reason: "notFound", domain: "global", message: TEXT }],
      },
    },
    failure: { kind: "absent", says: /notFound: No such object: / },
  },
  {
    id: "resumable/begin",
    operation: "Storage resumable upload: begin",
    ...WALK,
    status: 200,
    headers: { location: LINK },
  },
  {
    id: "resumable/status",
    operation: "Storage resumable upload: status",
    ...WALK,
    status: 308,
    headers: { range: /^bytes=0-\d+$/ },
  },
  {
    id: "resumable/cancel",
    operation: "Storage resumable upload: cancel",
    ...WALK,
    status: 499,
  },
];
