/** Compute Engine. */
import { ABSENT, type Exchange, FLAG, LINK, LIST, NUMBER, TEXT } from "../../exchange";

const flight = (name: string, date: string) => ({
  source: `github.com/cloud-custodian/cloud-custodian tools/c7n_gcp/tests/data/flights/${name}`,
  date,
});
const jclouds = (file: string) =>
  `github.com/jclouds/jclouds providers/google-compute-engine/src/test/resources/${file}`;
/** Google writes 64-bit integers as text. */
const LONG = /^\d+$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/;
const operation = (operationType: string) => ({
  kind: "compute#operation",
  id: LONG,
  name: /^operation-/,
  operationType,
  targetLink: LINK,
  targetId: LONG,
  status: /^(PENDING|RUNNING|DONE)$/,
  progress: NUMBER,
  insertTime: TIME,
  user: TEXT,
  selfLink: LINK,
});
const IMAGE = {
  kind: "compute#image",
  id: LONG,
  creationTimestamp: TIME,
  name: TEXT,
  sourceType: "RAW",
  status: "READY",
  archiveSizeBytes: LONG,
  diskSizeGb: LONG,
  selfLink: LINK,
  labelFingerprint: TEXT,
};
/** Fixtures of libcloud's tests, captured by their authors. */
const libcloud = (file: string, date: string) => ({
  source: `github.com/apache/libcloud libcloud/test/compute/fixtures/gce/${file}`,
  date,
});
const GOLDEN = {
  source:
    "github.com/GoogleCloudPlatform/k8s-config-connector pkg/test/resourcefixture/testdata/basic/ (golden logs, times and ids replaced)",
  date: "not shown",
};

export const COMPUTE: readonly Exchange[] = [
  {
    id: "images/get",
    operation: "Compute images.get",
    ...flight("image-refresh", "2023-07-09"),
    status: 200,
    body: { ...IMAGE, guestOsFeatures: [{ type: TEXT }], storageLocations: [TEXT] },
  },
  {
    id: "images/get/gone",
    operation: "Compute images.get",
    when: "there is no such image",
    ...GOLDEN,
    status: 404,
    body: {
      error: {
        code: 404,
        message: /^The resource 'projects\/[^']+\/global\/images\/[^']+' was not found$/,
        errors: [{ reason: "notFound", domain: "global", message: TEXT }],
      },
    },
    failure: { kind: "absent", says: /notFound: The resource 'projects\// },
  },
  {
    id: "projects/get",
    operation: "Compute projects.get",
    source: jclouds("project.json"),
    date: "2012-10-24",
    status: 200,
    body: {
      kind: "compute#project",
      id: LONG,
      name: TEXT,
      quotas: [{ metric: TEXT, limit: NUMBER, usage: NUMBER }],
      selfLink: LINK,
    },
  },
  {
    id: "licenses/get",
    operation: "Compute licenses.get",
    source: jclouds("license_get.json"),
    date: "not shown",
    status: 200,
    body: { kind: "compute#license", selfLink: LINK, name: TEXT, chargesUseFee: FLAG },
  },
  {
    id: "images/list",
    operation: "Compute images.list",
    ...flight("image-query", "2019"),
    status: 200,
    body: { items: [IMAGE], selfLink: LINK },
  },
  {
    id: "images/family",
    operation: "Compute images.getFromFamily",
    ...libcloud("projects_coreos-cloud_global_images_family_coreos_stable.json", "2017-10"),
    status: 200,
    body: { ...IMAGE, family: TEXT, guestOsFeatures: [{ type: TEXT }] },
  },
  {
    id: "images/family/none",
    operation: "Compute images.getFromFamily",
    when: "there is no such family, or no image of it is current",
    ...libcloud("global_images_family_notfound.json", "not shown"),
    status: 404,
    body: {
      error: {
        code: 404,
        message: /^The resource 'projects\/[^']+\/global\/images\/family\/[^']+' was not found$/,
        errors: [{ reason: "notFound", domain: "global", message: TEXT }],
      },
    },
    failure: { kind: "absent", says: /notFound: The resource 'projects\/.*family/ },
  },
  {
    id: "images/deprecate",
    operation: "Compute images.deprecate",
    ...libcloud("global_images_debian_7_wheezy_v20131014_deprecate.json", "2014-03-11"),
    status: 200,
    body: operation("setDeprecation"),
  },
  {
    id: "regions/list",
    operation: "Compute regions.list",
    source:
      "github.com/cloud-barista/cb-spider (the answer in a comment of its driver's RegionZoneHandler, quotas left out)",
    date: "not shown",
    status: 200,
    body: {
      kind: "compute#regionList",
      id: TEXT,
      items: [
        {
          kind: "compute#region",
          id: LONG,
          creationTimestamp: TIME,
          name: TEXT,
          description: TEXT,
          status: "UP",
          zones: LIST,
          quotas: LIST,
          selfLink: LINK,
          supportsPzs: FLAG,
        },
      ],
      selfLink: LINK,
    },
  },
  {
    id: "images/insert",
    operation: "Compute images.insert",
    ...GOLDEN,
    status: 200,
    body: operation("insert"),
    states: ["RUNNING", "DONE"],
  },
  {
    id: "images/insert/no-archive",
    operation: "Compute images.insert",
    when: "the archive is none: the operation fails, and the image is gone",
    source:
      "github.com/google/netbsd-gce/pull/4; github.com/nix-community/nixos-generators/issues/221; github.com/lf-edge/eve/pull/1289",
    date: "2017 to 2025",
    status: 200,
    body: {
      status: "DONE",
      error: { errors: [{ code: TEXT, message: /The tar archive is not a valid image\./ }] },
    },
  },
  {
    id: "images/delete",
    operation: "Compute images.delete",
    ...flight("image-delete", "2019-06-12"),
    status: 200,
    body: operation("delete"),
  },
  {
    id: "images/set-labels",
    operation: "Compute images.setLabels",
    ...flight("image-remove-label", "2023-06-23"),
    status: 200,
    body: { ...operation("setLabels"), status: "DONE", progress: 100, endTime: TIME },
    differs: {
      "body.status": "every change of the stand-in takes its time; the product takes both",
      "body.progress": "as status",
      "body.endTime": "as status",
    },
  },
  {
    id: "images/iam",
    operation: "Compute images.getIamPolicy",
    ...flight("image-filter-iam", "2023-08-08"),
    status: 200,
    body: { version: 1, etag: TEXT, bindings: [{ role: TEXT, members: [TEXT] }] },
  },
  {
    id: "operations/get",
    operation: "Compute operations.get",
    ...GOLDEN,
    status: 200,
    body: { ...operation("insert"), status: "DONE", progress: 100, endTime: TIME, error: ABSENT },
  },
];
