/**
 * IAM permissions by purpose. The methods in `calls` were looked up in iann0036/iam-dataset (gcp/map.json) of
 * 2026-08-22; its permissions for each are here, with two exceptions. For objects and buckets it lists getIamPolicy
 * and setIamPolicy too, which are for access control lists (`projection=full`, `acl`), and those are neither read nor
 * set here. For getEffectivePolicy it lists orgpolicy.policies.get, which is in none of its role files (gcp/roles);
 * roles/orgpolicy.policyViewer there holds orgpolicy.policy.get. Not verified on a real project. Calls of the native
 * resources: terraform-provider-google, google/services/compute, resource_compute_image.go at 07fc8657, read 2026-11.
 * From memory: the calls of `gcp.storage.Bucket` (that with `force_destroy` its objects are listed and deleted), that
 * images.insert reads the archive with the caller's storage.objects.get.
 */
import type { Permission, Purpose } from "../permissions";

interface GooglePermission extends Permission {
  /** Level at which it may be granted: always on the project; or also on the bucket. */
  readonly on: "project" | "bucket";
}

const UPKEEP: readonly Purpose[] = ["audit", "sweep"];

export const GOOGLE_PERMISSIONS: readonly GooglePermission[] = [
  { name: "compute.regions.list", calls: ["regions.list"], purposes: ["publish"], on: "project" },
  {
    name: "compute.images.create",
    calls: ["images.insert", "gcp.compute.Image"],
    purposes: ["publish"],
    on: "project",
  },
  {
    name: "compute.images.get",
    calls: ["images.get", "images.patch", "gcp.compute.Image"],
    purposes: ["publish", "verify", "audit"],
    on: "project",
  },
  {
    name: "compute.images.getFromFamily",
    calls: ["images.getFromFamily"],
    purposes: ["publish", "verify", "audit"],
    on: "project",
  },
  { name: "compute.images.list", calls: ["images.list"], purposes: UPKEEP, on: "project" },
  { name: "compute.images.update", calls: ["images.patch"], purposes: ["publish"], on: "project" },
  { name: "compute.images.deprecate", calls: ["images.deprecate"], purposes: ["publish"], on: "project" },
  {
    name: "compute.images.setLabels",
    calls: ["images.setLabels", "gcp.compute.Image"],
    purposes: ["publish"],
    on: "project",
  },
  {
    name: "compute.images.delete",
    calls: ["images.delete", "gcp.compute.Image"],
    purposes: ["delete", "sweep"],
    on: "project",
  },
  {
    name: "compute.images.getIamPolicy",
    calls: ["images.getIamPolicy"],
    purposes: ["share", "audit"],
    on: "project",
  },
  {
    name: "orgpolicy.policy.get",
    calls: ["policies.getEffectivePolicy"],
    purposes: ["ask"],
    on: "project",
  },
  {
    name: "compute.projects.get",
    calls: ["projects.get"],
    purposes: ["ask"],
    on: "project",
  },
  {
    name: "compute.licenses.get",
    calls: ["licenses.get"],
    purposes: ["ask"],
    on: "project",
  },
  {
    name: "compute.images.setIamPolicy",
    calls: ["images.setIamPolicy"],
    purposes: ["share"],
    on: "project",
  },
  {
    name: "compute.globalOperations.get",
    calls: ["operations.get", "gcp.compute.Image"],
    purposes: ["publish", "sweep"],
    on: "project",
  },
  {
    name: "storage.objects.create",
    calls: ["objects.insert"],
    purposes: ["publish"],
    on: "bucket",
  },
  {
    name: "storage.objects.get",
    calls: ["objects.get", "objects.patch", "gcp.compute.Image"],
    purposes: ["publish"],
    on: "bucket",
  },
  {
    name: "storage.objects.update",
    calls: ["objects.patch"],
    purposes: ["publish"],
    on: "bucket",
  },
  {
    name: "storage.objects.delete",
    calls: ["objects.delete", "objects.insert", "gcp.storage.Bucket"],
    purposes: ["publish", "sweep"],
    on: "bucket",
  },
  {
    name: "storage.objects.list",
    calls: ["objects.list", "gcp.storage.Bucket"],
    purposes: ["place", "sweep"],
    on: "bucket",
  },
  {
    name: "storage.buckets.create",
    calls: ["gcp.storage.Bucket"],
    purposes: ["place"],
    on: "project",
  },
  {
    name: "storage.buckets.get",
    calls: ["buckets.get", "gcp.storage.Bucket"],
    purposes: ["place", ...UPKEEP],
    on: "bucket",
  },
  {
    name: "storage.buckets.update",
    calls: ["gcp.storage.Bucket"],
    purposes: ["place"],
    on: "bucket",
  },
  {
    name: "storage.buckets.delete",
    calls: ["buckets.delete", "gcp.storage.Bucket"],
    purposes: ["place", "sweep"],
    on: "bucket",
  },
  {
    name: "cloudkms.cryptoKeyVersions.viewPublicKey",
    calls: ["getPublicKey"],
    purposes: ["sign"],
    on: "project",
  },
  {
    name: "cloudkms.cryptoKeyVersions.useToSign",
    calls: ["asymmetricSign"],
    purposes: ["sign"],
    on: "project",
  },
];
