/**
 * Calls of the image service by purpose, as access rules of an application credential have them
 * (docs.openstack.org/keystone/latest/user/application_credentials.html, "Access Rules", read 2026-11). What a role may
 * do besides is the operator's policy: `policy` is its name (glance/policies/image.py at c76abb08, 2026-07-22).
 */
import type { Permission } from "../permissions";

interface OpenstackPermission extends Permission {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
}

function permission(
  method: OpenstackPermission["method"],
  path: string,
  policies: readonly string[],
  purposes: OpenstackPermission["purposes"],
): OpenstackPermission {
  return { name: `${method} ${path}`, method, path, calls: policies, purposes };
}

const IMAGE = "/v2/images/{image_id}";

export const OPENSTACK_PERMISSIONS: readonly OpenstackPermission[] = [
  permission("GET", "/v2/schemas/image", ["no policy"], ["publish"]),
  permission("GET", "/v2/info/usage", ["no policy"], ["publish"]),
  permission("GET", "/v2/images", ["get_images"], ["publish", "share", "audit", "sweep"]),
  permission("POST", "/v2/images", ["add_image"], ["publish"]),
  permission("GET", IMAGE, ["get_image"], ["publish", "share", "audit", "verify", "sweep", "delete"]),
  permission("PUT", `${IMAGE}/file`, ["upload_image"], ["publish"]),
  permission("GET", `${IMAGE}/file`, ["download_image"], ["publish", "verify"]),
  permission(
    "PATCH",
    IMAGE,
    ["modify_image", "publicize_image", "communitize_image"],
    ["publish", "share", "delete", "sweep"],
  ),
  permission("GET", `${IMAGE}/members`, ["get_members"], ["share", "audit"]),
  permission("POST", `${IMAGE}/members`, ["add_member"], ["share"]),
  permission("DELETE", `${IMAGE}/members/{member_id}`, ["delete_member"], ["share"]),
  permission("DELETE", IMAGE, ["delete_image"], ["delete", "sweep"]),
];
