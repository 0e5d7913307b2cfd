/**
 * Azure's actions by purpose. Names of Microsoft.Compute: each looked up in MicrosoftDocs/azure-docs,
 * role-based-access-control/permissions/compute.md of 2026-03-08; of the others: each is in a built-in role
 * (iann0036/iam-dataset, azure/built-in-roles-raw.json, 2026-08-22). From memory: that an action follows from method
 * and path (GET read, PUT and PATCH write, DELETE delete, POST …/action); which of diskOperations, capsOperations and
 * operations a polling URL belongs to; that a version's disk, and a disk's version, must be readable; the calls of
 * the native provider, by its resources' paths.
 */
import type { Permission, Purpose } from "../permissions";

export interface AzurePermission extends Permission {
  /** Lowest scope that suffices: the group, or the subscription for objects that belong to it. */
  readonly on: "group" | "subscription";
}

const LOOK: readonly Purpose[] = ["audit", "sweep"];
const COMPUTE = "Microsoft.Compute";
const DISK = "azure-native.compute.Disk";
const GALLERY = "azure-native.compute.Gallery";
const DEFINITION = "azure-native.compute.GalleryImage";
const VERSION = "azure-native.compute.GalleryImageVersion";
const GROUP = "azure-native.resources.ResourceGroup";

export const AZURE_PERMISSIONS: readonly AzurePermission[] = [
  row("group", `${COMPUTE}/disks/read`, ["disks GET", DISK], ["publish", "verify", ...LOOK]),
  row("group", `${COMPUTE}/disks/write`, ["disks PUT", DISK], ["publish", "verify"]),
  row("group", `${COMPUTE}/disks/delete`, ["disks DELETE", DISK], ["publish", "verify", "sweep"]),
  row("group", `${COMPUTE}/disks/beginGetAccess/action`, ["beginGetAccess"], ["publish", "verify"]),
  row("group", `${COMPUTE}/disks/endGetAccess/action`, ["endGetAccess"], ["publish", "verify", "sweep"]),
  row("group", `${COMPUTE}/galleries/read`, ["galleries GET", GALLERY], ["publish", ...LOOK]),
  row("group", `${COMPUTE}/galleries/write`, [GALLERY], ["publish"]),
  row("group", `${COMPUTE}/galleries/delete`, ["galleries DELETE", GALLERY], ["delete", "sweep"]),
  row("group", `${COMPUTE}/galleries/share/action`, ["share"], ["share", "sweep"]),
  row("group", `${COMPUTE}/galleries/images/read`, ["images GET", DEFINITION], ["publish", ...LOOK]),
  row("group", `${COMPUTE}/galleries/images/write`, [DEFINITION], ["publish"]),
  row("group", `${COMPUTE}/galleries/images/delete`, ["images DELETE", DEFINITION], ["delete", "sweep"]),
  row(
    "group",
    `${COMPUTE}/galleries/images/versions/read`,
    ["versions GET", VERSION],
    ["publish", "verify", ...LOOK],
  ),
  row("group", `${COMPUTE}/galleries/images/versions/write`, ["versions PUT", VERSION], ["publish"]),
  row(
    "group",
    `${COMPUTE}/galleries/images/versions/delete`,
    ["versions DELETE", VERSION],
    ["share", "delete", "sweep"],
  ),
  row(
    "group",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    ["groups GET", GROUP],
    ["publish", ...LOOK],
  ),
  row(
    "group",
    "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
    ["resources GET"],
    ["delete", "sweep"],
  ),
  row("group", "Microsoft.Authorization/permissions/read", ["permissions GET"], ["ask"]),
  row("group", "Microsoft.Authorization/locks/read", ["locks GET"], ["ask"]),
  row("subscription", "Microsoft.Resources/subscriptions/read", ["subscriptions GET"], ["publish"]),
  row("subscription", "Microsoft.Resources/subscriptions/providers/read", ["providers GET"], ["publish"]),
  row(
    "subscription",
    `${COMPUTE}/locations/diskOperations/read`,
    ["polling of disks", DISK],
    ["publish", "verify", "sweep"],
  ),
  row(
    "subscription",
    `${COMPUTE}/locations/capsOperations/read`,
    ["polling of galleries", GALLERY, DEFINITION, VERSION],
    ["publish", "sweep"],
  ),
  row(
    "subscription",
    `${COMPUTE}/locations/operations/read`,
    ["polling of disks"],
    ["publish", "verify", "sweep"],
  ),
  row("subscription", "Microsoft.Resources/subscriptions/resourceGroups/write", [GROUP], ["place"]),
  row(
    "subscription",
    "Microsoft.Resources/subscriptions/resourceGroups/delete",
    ["groups DELETE", GROUP],
    ["place", "sweep"],
  ),
  row(
    "subscription",
    "Microsoft.Resources/subscriptions/operationresults/read",
    ["polling of groups", GROUP],
    ["place", "sweep"],
  ),
  row(
    "subscription",
    `${COMPUTE}/locations/communityGalleries/images/versions/read`,
    ["communityGalleries/images/versions GET"],
    ["verify"],
  ),
];

/** Data actions for a signing key, granted on the vault. The built-in role Key Vault Crypto User holds both. */
export const AZURE_KEY_PERMISSIONS: readonly Permission[] = [
  { name: "Microsoft.KeyVault/vaults/keys/read", calls: ["GetKey"], purposes: ["sign"] },
  { name: "Microsoft.KeyVault/vaults/keys/sign/action", calls: ["Sign"], purposes: ["sign"] },
];

function row(
  on: AzurePermission["on"],
  name: string,
  calls: readonly string[],
  purposes: readonly Purpose[],
): AzurePermission {
  return { name, calls, purposes, on };
}
