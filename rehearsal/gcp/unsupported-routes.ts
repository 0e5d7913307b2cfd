import { unrehearsed, type Route } from "./http/route";

type Method = Route["method"];

/**
 * Methods of Cloud Storage's JSON API that the rehearsal lacks, by the names in its reference
 * (https://cloud.google.com/storage/docs/json_api/v1, 2026-11). A 404 would look like a missing object.
 */
const STORAGE: readonly (readonly [Method, string, string])[] = [
  ["POST", "/o/{object}/compose", "storage.objects.compose"],
  ["POST", "/o/{object}/moveTo/o/{destination}", "storage.objects.move"],
  ["POST", "/o/{object}/restore", "storage.objects.restore"],
  ["POST", "/o/bulkRestore", "storage.objects.bulkRestore"],
  ["POST", "/o/watch", "storage.objects.watchAll"],
  ...iam("/o/{object}", "storage.objects"),
  ...collection("/o/{object}/acl", "storage.objectAccessControls"),
  ["PUT", "", "storage.buckets.update"],
  ["POST", "/restore", "storage.buckets.restore"],
  ["POST", "/relocate", "storage.buckets.relocate"],
  ["POST", "/lockRetentionPolicy", "storage.buckets.lockRetentionPolicy"],
  ["GET", "/storageLayout", "storage.buckets.getStorageLayout"],
  ...collection("/acl", "storage.bucketAccessControls"),
  ...collection("/defaultObjectAcl", "storage.defaultObjectAccessControls"),
  ...collection("/notificationConfigs", "storage.notifications"),
  ...collection("/folders", "storage.folders"),
  ...collection("/managedFolders", "storage.managedFolders"),
  ...collection("/anywhereCaches", "storage.anywhereCaches"),
];

/** The same for Compute Engine: other sources and results of images. */
const COMPUTE = [
  ["global/snapshots", "compute.snapshots"],
  ["global/machineImages", "compute.machineImages"],
  ["global/instanceTemplates", "compute.instanceTemplates"],
  ["zones/{zone}/disks", "compute.disks"],
  ["zones/{zone}/instances", "compute.instances"],
  ["zones/{zone}/operations", "compute.zoneOperations"],
  ["regions/{region}/operations", "compute.regionOperations"],
  ["aggregated/disks", "compute.disks"],
  ["aggregated/instances", "compute.instances"],
] as const;

/** Routes that report which method of the real API is not supported, whatever its parameters. */
export function unrehearsedRoutes(storageBases: readonly string[]): readonly Route[] {
  return [
    ...storageBases.flatMap((base) =>
      STORAGE.map(([method, path, name]) => unrehearsed(method, `${base}/b/{bucket}${path}`, name)),
    ),
    ...["/batch", "/batch/storage/v1", "/batch/compute/v1"].map((path) =>
      unrehearsed("POST", path, "a batch of requests"),
    ),
    unrehearsed(
      "GET",
      "/storage/v1/projects/{project}/serviceAccount",
      "storage.projects.serviceAccount.get",
    ),
    unrehearsed("GET", "/storage/v1/projects/{project}/hmacKeys", "storage.projects.hmacKeys.list"),
    unrehearsed("POST", "/storage/v1/projects/{project}/hmacKeys", "storage.projects.hmacKeys.create"),
    ...COMPUTE.flatMap(([path, name]) => {
      const all = `/compute/v1/projects/{project}/${path}`;
      return (["GET", "POST"] as const).flatMap((method) => [
        unrehearsed(method, all, name),
        unrehearsed(method, `${all}/{rest...}`, name),
      ]);
    }),
  ];
}

function collection(path: string, name: string): (readonly [Method, string, string])[] {
  return [
    ["GET", path, `${name}.list`],
    ["POST", path, `${name}.insert`],
    ["GET", `${path}/{entry}`, `${name}.get`],
    ["PUT", `${path}/{entry}`, `${name}.update`],
    ["PATCH", `${path}/{entry}`, `${name}.patch`],
    ["DELETE", `${path}/{entry}`, `${name}.delete`],
  ];
}

function iam(path: string, name: string): (readonly [Method, string, string])[] {
  return [
    ["GET", `${path}/iam`, `${name}.getIamPolicy`],
    ["PUT", `${path}/iam`, `${name}.setIamPolicy`],
    ["GET", `${path}/iam/testPermissions`, `${name}.testIamPermissions`],
  ];
}
