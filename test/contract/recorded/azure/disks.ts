/** Azure's disks, and the parts that every Resource Manager operation has in common. */
import { ABSENT, DATE, type Exchange, LINK, NUMBER, TEXT } from "../../exchange";

const cassette = (name: string, date: string) => ({
  source: `github.com/Azure/azure-cli src/azure-cli/azure/cli/command_modules/vm/tests/latest/recordings/${name}.yaml`,
  date,
});
/** Both ways to follow an operation. */
const BOTH_LINKS = { location: LINK, "azure-asyncoperation": LINK };

export const DISKS: readonly Exchange[] = [
  {
    id: "disks/put",
    operation: "Compute disks PUT",
    when: "for an upload",
    ...cassette("test_vm_disk_upload", "2023-05-25"),
    status: 202,
    headers: BOTH_LINKS,
    body: {
      name: TEXT,
      location: TEXT,
      properties: {
        provisioningState: "Updating",
        creationData: { createOption: "Upload" },
        diskSizeGB: ABSENT,
        diskSizeBytes: ABSENT,
      },
    },
    differs: {
      "body.properties.provisioningState":
        "Creating until the operation is over; the product follows the operation",
    },
  },
  {
    id: "disks/get",
    operation: "Compute disks GET",
    ...cassette("test_vm_disk_upload", "2023-05-25"),
    status: 200,
    body: {
      id: TEXT,
      name: TEXT,
      type: "Microsoft.Compute/disks",
      properties: {
        provisioningState: "Succeeded",
        diskState: "ReadyToUpload",
        timeCreated: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/,
        uniqueId: /^[0-9a-f-]{36}$/,
        diskSizeGB: ABSENT,
        diskSizeBytes: ABSENT,
      },
    },
  },
  {
    id: "disks/get/gone",
    operation: "Compute disks GET",
    when: "there is no such disk",
    ...cassette("test_vm_managed_disk", "2023-05-25"),
    status: 404,
    headers: { "x-ms-failure-cause": "gateway" },
    body: {
      error: {
        code: "ResourceNotFound",
        message:
          /^The Resource 'Microsoft\.Compute\/\S+' under resource group '\S+' was not found\. For more details please go to https:\/\/aka\.ms\/ARMResourceNotFoundFix$/,
      },
    },
    failure: { kind: "absent", says: /ResourceNotFound: The Resource 'Microsoft\.Compute\// },
    differs: { "headers.x-ms-failure-cause": "nothing of ours reads it" },
  },
  {
    id: "disks/grant",
    operation: "Compute disks beginGetAccess",
    ...cassette("test_snapshot_access", "2023-05"),
    status: 202,
    headers: BOTH_LINKS,
    body: ABSENT,
  },
  {
    id: "disks/grant/end",
    operation: "Compute operations: Location",
    when: "of beginGetAccess, at its end",
    ...cassette("test_snapshot_access", "2023-05"),
    status: 200,
    body: { accessSAS: LINK },
  },
  {
    id: "disks/grant/async",
    operation: "Compute operations: Azure-AsyncOperation",
    ...cassette("test_snapshot_access", "2023-05"),
    status: 200,
    body: {
      startTime: DATE,
      endTime: DATE,
      status: "Succeeded",
      name: TEXT,
      properties: { output: { accessSAS: LINK } },
    },
  },
  {
    id: "disks/revoke",
    operation: "Compute disks endGetAccess",
    ...cassette("test_snapshot_access", "2023-05-25"),
    status: 202,
    headers: BOTH_LINKS,
    body: ABSENT,
  },
  {
    id: "disks/delete",
    operation: "Compute disks DELETE",
    ...cassette("test_disk_access", "2023-04-11"),
    status: 202,
    headers: BOTH_LINKS,
    body: ABSENT,
  },
  {
    id: "disks/throttled",
    operation: "Compute disks GET",
    when: "Compute throttles",
    source:
      "github.com/hashicorp/terraform-provider-azurerm/issues/19146; github.com/Azure/aks-engine/issues/2295",
    date: "2022-11-04, 2019-11-10",
    status: 429,
    headers: { "retry-after": ABSENT },
    body: {
      error: {
        code: "OperationNotAllowed",
        message:
          "The server rejected the request because too many requests have been received for this subscription.",
        details: [{ code: "TooManyRequests", target: TEXT, message: /^\{"operationGroup":/ }],
        innererror: { internalErrorCode: "TooManyRequestsReceived" },
      },
    },
    failure: { kind: "throttled", says: /OperationNotAllowed: The server rejected/ },
  },
  {
    id: "disks/from-version/young",
    operation: "Compute disks PUT",
    when: "from a version whose replica is not yet there",
    source: "github.com/Azure/AgentBaker/pull/8373",
    date: "2026-04-22",
    status: 404,
    body: { error: { code: "GalleryImageNotFound", message: /is not available in .+ region/ } },
    failure: { kind: "absent", says: /GalleryImageNotFound/ },
    unplayed: "needs a version; asked of the stand-in in test/integration/rehearsal/azure/disks.test.ts",
  },
  {
    id: "pages/slow",
    operation: "Blob Put Page",
    when: "the pages arrive too slowly",
    source: "github.com/Azure/azure-storage-azcopy/issues/2788",
    date: "2024-08-21",
    status: 500,
    body: {
      error: {
        code: "OperationTimedOut",
        message: "Operation could not be completed within the specified time.",
      },
    },
    failure: { kind: "timeout", says: /OperationTimedOut/ },
    unplayed: "XML in life; Azurite, behind the stand-in's links, is never slow",
  },
  {
    id: "disks/list",
    operation: "Compute disks list",
    source:
      "github.com/Azure/azure-sdk-for-net sdk/compute/Azure.ResourceManager.Compute/tests/SessionRecords/DiskCollectionTests/GetAll().json",
    date: "2022-01-18",
    status: 200,
    body: {
      value: [
        {
          name: TEXT,
          id: /^\/subscriptions\//,
          type: "Microsoft.Compute/disks",
          location: TEXT,
          sku: { name: TEXT, tier: TEXT },
          properties: { diskSizeBytes: NUMBER, diskState: TEXT, uniqueId: TEXT, provisioningState: TEXT },
        },
      ],
    },
    differs: {
      "body.value[].properties.diskSizeBytes":
        "the stand-in's disk waits for its upload, the recorded one was made empty; sweep takes the size of the upload then",
    },
  },
];
