/** Azure's galleries, definitions and versions; resource groups and locations. */
import { ABSENT, type Exchange, LINK, LIST, TEXT } from "../../exchange";

const MODULES = "github.com/Azure/azure-cli src/azure-cli/azure/cli/command_modules";
const cassette = (name: string, date: string) => ({
  source: `${MODULES}/vm/tests/latest/recordings/${name}.yaml`,
  date,
});
const RESOURCE = { id: TEXT, name: TEXT, location: TEXT };
const BOTH_LINKS = { location: LINK, "azure-asyncoperation": LINK };

export const GALLERIES: readonly Exchange[] = [
  {
    id: "groups/put",
    operation: "Resources group PUT",
    source: `${MODULES}/resource/tests/latest/recordings/test_resource_group.yaml`,
    date: "2020-07-09, 2020-07-14",
    status: 201,
    body: {
      ...RESOURCE,
      type: "Microsoft.Resources/resourceGroups",
      properties: { provisioningState: "Succeeded" },
    },
  },
  {
    id: "groups/get",
    operation: "Resources group GET",
    ...cassette("test_community_gallery_operations", "2023-04-11, 2026-05-12"),
    status: 200,
    body: {
      ...RESOURCE,
      type: "Microsoft.Resources/resourceGroups",
      properties: { provisioningState: "Succeeded" },
    },
  },
  {
    id: "groups/delete",
    operation: "Resources group DELETE",
    source: `${MODULES}/resource/tests/latest/recordings/test_resource_group.yaml`,
    date: "2020-07-09, 2020-07-14",
    status: 202,
    headers: { location: /\/operationresults\//, "azure-asyncoperation": ABSENT },
    body: ABSENT,
  },
  {
    id: "groups/delete/end",
    operation: "Resources operationresults GET",
    when: "of a group's deletion, at its end",
    source: `${MODULES}/resource/tests/latest/recordings/test_resource_group.yaml`,
    date: "2020-07-09, 2020-07-14",
    status: 200,
    body: ABSENT,
  },
  {
    id: "galleries/put",
    operation: "Compute galleries PUT",
    ...cassette("test_gallery_e2e", "2023, 2025-11-19"),
    status: 201,
    headers: { "azure-asyncoperation": LINK, location: ABSENT, "azure-asyncnotification": "Enabled" },
    body: {
      ...RESOURCE,
      type: "Microsoft.Compute/galleries",
      properties: {
        provisioningState: "Creating",
        identifier: { uniqueName: TEXT },
        sharingProfile: ABSENT,
        sharingStatus: ABSENT,
      },
    },
  },
  {
    id: "galleries/put/again",
    operation: "Compute galleries PUT",
    when: "it exists",
    ...cassette("test_update_gallery_permissions", "2023-05-25"),
    status: 200,
    headers: { "azure-asyncoperation": LINK, location: ABSENT },
    body: { ...RESOURCE, properties: { provisioningState: "Succeeded" } },
  },
  {
    id: "galleries/get",
    operation: "Compute galleries GET",
    ...cassette("test_shared_gallery", "2023-06-25"),
    status: 200,
    body: { ...RESOURCE, properties: { provisioningState: "Succeeded", sharingStatus: ABSENT } },
  },
  {
    id: "galleries/list",
    operation: "Compute galleries list",
    ...cassette("test_gallery_e2e", "2023-06-25"),
    status: 200,
    body: { value: LIST },
  },
  {
    id: "galleries/share",
    operation: "Compute galleries share",
    ...cassette("test_shared_gallery", "2023-06-25"),
    status: 202,
    headers: { ...BOTH_LINKS, "retry-after": ABSENT },
    body: ABSENT,
  },
  {
    id: "definitions/put",
    operation: "Compute definitions PUT",
    ...cassette("test_gallery_e2e", "2023-06-25"),
    status: 201,
    headers: { "azure-asyncoperation": LINK, location: ABSENT },
    body: {
      ...RESOURCE,
      type: "Microsoft.Compute/galleries/images",
      properties: { architecture: "x64", osState: "Generalized", provisioningState: TEXT },
    },
  },
  {
    id: "definitions/get",
    operation: "Compute definitions GET",
    ...cassette("test_gallery_e2e", "2023-06-25"),
    status: 200,
    body: { ...RESOURCE, properties: { architecture: "x64", provisioningState: "Succeeded" } },
  },
  {
    id: "definitions/list",
    operation: "Compute definitions list",
    ...cassette("test_gallery_e2e", "2023-06-25"),
    status: 200,
    body: { value: LIST },
  },
  {
    id: "definitions/delete",
    operation: "Compute definitions DELETE",
    ...cassette("test_gallery_e2e", "2023-06-25"),
    status: 202,
    headers: BOTH_LINKS,
  },
  {
    id: "galleries/delete",
    operation: "Compute galleries DELETE",
    ...cassette("test_gallery_e2e", "2023-06-25"),
    status: 202,
    headers: BOTH_LINKS,
  },
  {
    id: "galleries/delete/busy",
    operation: "Compute galleries DELETE",
    when: "soon after its last child's deletion was reported done",
    source: "github.com/Azure/azure-rest-api-specs/issues/11559",
    date: "2020-11-05",
    status: 409,
    body: { error: { code: "CannotDeleteResource", message: TEXT } },
    failure: { kind: "busy", says: /CannotDeleteResource/ },
  },
  ...["PUT", "GET", "list", "DELETE"].map((call): Exchange => ({
    id: `versions/${call.toLowerCase()}`,
    operation: `Compute versions ${call}`,
    ...cassette("test_gallery_e2e", "2023-06-25"),
    status: { PUT: 201, GET: 200, list: 200, DELETE: 202 }[call] ?? 200,
    unplayed:
      "needs an uploaded disk; asked of the stand-in in test/integration/rehearsal/azure/galleries.test.ts",
  })),
  ...["communityGalleries", "sharedGalleries"].map((kind): Exchange => ({
    id: `${kind}/versions`,
    operation: `Compute ${kind}`,
    ...cassette(
      kind === "sharedGalleries" ? "test_shared_gallery" : "test_community_gallery_operations",
      kind === "sharedGalleries" ? "2023-06-25" : "2026-05-12",
    ),
    status: 200,
    unplayed:
      "needs a shared version; asked of the stand-in in test/integration/rehearsal/azure/galleries.test.ts",
  })),
];
