/** A gallery and its sharing. */
import type { SharedGallery } from "../../clouds/azure/gallery-sharing";
import type { ComputeGallery } from "../../clouds/azure/api/galleries";
import { type Finding, finding, missingObject, tagFindings, difference } from "../finding";
import type { ExpectedGallery } from "./expectations";
import { subjectOf } from "./subject";
import { changed, text } from "./changed";

export function compareGallery(
  expected: ExpectedGallery,
  seen: ComputeGallery | undefined,
  sharing: SharedGallery | undefined,
): Finding[] {
  const subject = subjectOf("gallery", expected.id);
  if (seen === undefined)
    return [missingObject(subject, "`pulumi up --refresh` makes it again, with all that was in it")];
  const shares = sharing === undefined ? [] : sharingFindings(expected, sharing);
  // A reset of a gallery's sharing also resets its profile: reported once.
  const profile = seen.properties.sharingProfile;
  const sameProfile = shares.length > 0 || (profile?.permissions ?? "Private") === expected.permissions;
  return [
    ...tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: true }),
    ...shares,
    ...changed(subject, "description", expected.description, seen.properties.description ?? ""),
    ...(sameProfile
      ? []
      : changed(subject, "permissions", expected.permissions, profile?.permissions ?? "Private")),
    ...(shares.length > 0
      ? []
      : Object.entries(expected.community).flatMap(([field, value]) =>
          changed(subject, `community ${field}`, value, text(profile?.communityGalleryInfo?.[field])),
        )),
  ];
}

function sharingFindings({ id, sharing, sharingHeld }: ExpectedGallery, found: SharedGallery): Finding[] {
  const subject = subjectOf("gallery", id);
  const list = (gallery: Pick<SharedGallery, "community" | "subscriptions" | "tenants">) => [
    ...(gallery.community ? ["community"] : []),
    ...gallery.subscriptions.map((each) => `subscription ${each}`),
    ...gallery.tenants.map((each) => `tenant ${each}`),
  ];
  const want = list({ ...sharing, subscriptions: [...sharing.subscriptions], tenants: [...sharing.tenants] });
  const have = list(found);
  const parts = id.split("/");
  const command = `az sig share reset --resource-group ${parts[4]} --gallery-name ${parts[8]}`;
  return [
    ...difference(want, have).map((grantee) =>
      finding(subject, {
        field: `sharing ${grantee}`,
        expected: "shared",
        found: "not shared",
        kind: "missing",
        ...(grantee === "community" && {
          cure: "`pulumi up --refresh` shares it again; Azure may give it another public name",
        }),
      }),
    ),
    ...difference(have, want).map((grantee) =>
      finding(subject, {
        field: `sharing ${grantee}`,
        expected: "not shared",
        found: "shared",
        kind: "extra",
        ...(sharingHeld
          ? { cure: "`pulumi up --refresh` takes it back" }
          : { repair: "none" as const, cure: command }),
      }),
    ),
  ];
}
