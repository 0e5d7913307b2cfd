/** Cloud Storage, and the projects of Resource Manager. */
import { ABSENT, DATE, type Exchange, FLAG, LINK, TEXT } from "../../exchange";

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
    unplayed: "once in some million chunks; test/unit/provider/gcp.test.ts has it of a fake",
  },
];
