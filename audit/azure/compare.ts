/** What is expected of Azure against what was seen there: pure. */
import type { SharedGallery } from "../../clouds/azure/galleries";
import {
  type ComputeGallery,
  type GalleryVersion,
  type SharedVersion,
  spellRegion,
  type Tracked,
} from "../../clouds/azure/observe";
import type { ManagedDisk } from "../../clouds/azure/disks";
import { identityOfDisk, identityOfVersion } from "../../clouds/azure/object-identity";
import { otherOnAzure } from "../../config/azure/object-identity";
import type { ObjectIdentity } from "../../config/object-identity";
import {
  type Finding,
  finding,
  sightFindings,
  gone,
  sameMinute,
  type Subject,
  tagFindings,
  without,
} from "../finding";
import { spellIdentity } from "../identity";
import {
  type ExpectedDisk,
  type ExpectedGallery,
  type ExpectedThing,
  type ExpectedVersion,
  key,
} from "./expectations";
import { subjectOf } from "./subject";

export function compareVersion(expected: ExpectedVersion, seen: GalleryVersion | undefined): Finding[] {
  const subject = subjectOf("version", expected.id, expected.release);
  if (seen === undefined) return [gone(subject, "`pulumi up --refresh` makes it again from its disk")];
  const profile = seen.properties.publishingProfile ?? {};
  const excluded = profile.excludeFromLatest ?? false;
  return [
    ...tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: expected.wholeTags }),
    ...identityFindings(subject, expected.identity, identityOfVersion(seen)),
    ...regionFindings(expected, seen),
    ...(excluded === expected.excludeFromLatest
      ? []
      : [
          finding(subject, {
            field: "left out of latest",
            expected: String(expected.excludeFromLatest),
            found: String(excluded),
            kind: "changed",
          }),
        ]),
    ...(sameMinute(expected.endOfLifeDate, profile.endOfLifeDate)
      ? []
      : [
          finding(subject, {
            field: "end of life",
            expected: expected.endOfLifeDate ?? "none",
            found: profile.endOfLifeDate ?? "none",
            kind:
              expected.endOfLifeDate === undefined
                ? "extra"
                : profile.endOfLifeDate === undefined
                  ? "missing"
                  : "changed",
          }),
        ]),
  ];
}

export function compareGallery(
  expected: ExpectedGallery,
  seen: ComputeGallery | undefined,
  sharing: SharedGallery | undefined,
): Finding[] {
  const subject = subjectOf("gallery", expected.id);
  if (seen === undefined)
    return [gone(subject, "`pulumi up --refresh` makes it again, with all that was in it")];
  const shares = sharing === undefined ? [] : sharingFindings(expected, sharing);
  // What resets the sharing of a gallery resets its profile too: said once.
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

/** The same name is no proof of the same object. */
function identityFindings(
  subject: Subject,
  expected: ObjectIdentity | undefined,
  found: ObjectIdentity,
): Finding[] {
  if (expected === undefined || otherOnAzure(expected, found) === undefined) return [];
  return [
    finding(subject, {
      field: "identity",
      expected: spellIdentity(expected),
      found: spellIdentity(found),
      kind: "changed",
      cure: "somebody made it anew under its name: `pulumi up --refresh` reads it back, and stops if it is not the inspected disk",
    }),
  ];
}

export function compareDisk(
  expected: ExpectedDisk,
  seen: (Partial<Tracked> & ManagedDisk) | undefined,
): Finding[] {
  const subject = subjectOf("disk", expected.id, expected.release);
  if (seen === undefined) {
    return [gone(subject, "`pulumi up --refresh` makes it again, and uploads the raw disk")];
  }
  const waits = ["ReadyToUpload", "ActiveUpload"].includes(seen.properties.diskState ?? "");
  return [
    ...tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: true }),
    ...identityFindings(subject, expected.identity, identityOfDisk(seen)),
    ...(waits
      ? [
          finding(subject, {
            field: "content",
            expected: "uploaded",
            found: "waits for bytes",
            kind: "missing",
          }),
        ]
      : []),
    ...(["ActiveSAS", "ActiveSASFrozen"].includes(seen.properties.diskState ?? "")
      ? [
          finding(subject, {
            field: "read link",
            expected: "none",
            found: "granted, perhaps by a verification that was killed",
            kind: "extra",
            repair: "none",
            cure: `unless a \`pulumi up\` is at work: az disk revoke-access --ids ${expected.id}`,
          }),
        ]
      : []),
  ];
}

export function compareGroup(expected: ExpectedThing, seen: Tracked | undefined): Finding[] {
  const subject = subjectOf("resource group", expected.id);
  if (seen === undefined)
    return [gone(subject, "`pulumi up --refresh` makes it again, with all that was in it")];
  return tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: true });
}

/** Versions of a definition that the stack does not know; the worst is the one that users get as "latest". */
export function foreignVersions(
  definitionId: string,
  known: readonly ExpectedVersion[],
  found: readonly GalleryVersion[],
  stack: string | undefined,
): Finding[] {
  const ours = new Set(known.map(({ id }) => key(id)));
  const latest = found
    .filter(({ properties }) => properties.publishingProfile?.excludeFromLatest !== true)
    .sort((a, b) => compareVersionNames(b.name, a.name))[0];
  const best = known
    .filter(({ id, excludeFromLatest }) => !excludeFromLatest && key(id).startsWith(`${key(definitionId)}/`))
    .map(({ id }) => id.split("/").at(-1) ?? "")
    .sort((a, b) => compareVersionNames(b, a))[0];
  return found
    .filter(({ id }) => !ours.has(key(id)))
    .map((version) => {
      const isLatest = version === latest && best !== undefined;
      const parts = version.id.split("/");
      const names = `--resource-group ${parts[4]} --gallery-name ${parts[8]} --gallery-image-definition ${parts[10]} --gallery-image-version ${version.name}`;
      const tagged = stack !== undefined && version.tags?.["imprimatur:stack"] === stack;
      return finding(subjectOf("version", version.id), {
        field: isLatest ? "latest" : "existence",
        expected: isLatest ? best : "not there",
        found: isLatest ? version.name : "a version that this stack does not know",
        kind: "extra",
        repair: "none",
        cure: tagged
          ? "look at it with `imprimatur sweep`, and delete it with `imprimatur sweep --delete`"
          : `az sig image-version delete ${names}`,
      });
    });
}

/** What a stranger sees of a version, by region. */
export function compareForStranger(
  expected: ExpectedVersion,
  open: boolean,
  seen: ReadonlyMap<string, readonly SharedVersion[]>,
): Finding[] {
  const name = expected.id.split("/").at(-1);
  return [...seen].flatMap(([region, versions]) => {
    const visible = versions.some((version) => version.name === name);
    return sightFindings(
      subjectOf("version", expected.id, expected.release, region),
      { open, visible },
      {
        hidden: "look at the replication of the version there, and ask Azure",
        seen: "look at who the gallery is shared with",
      },
    );
  });
}

function regionFindings(expected: ExpectedVersion, seen: GalleryVersion): Finding[] {
  const { publishingProfile = {}, replicationStatus } = seen.properties;
  const have = new Map((publishingProfile.targetRegions ?? []).map((each) => [spellRegion(each.name), each]));
  const at = (region: string) => subjectOf("version", expected.id, expected.release, region);
  const failed = (replicationStatus?.summary ?? []).filter(({ state }) => state === "Failed");
  const wanted = expected.targetRegions.flatMap((want): Finding[] => {
    const found = have.get(want.name);
    if (found === undefined) {
      return [
        finding(at(want.name), { field: "region", expected: "replicated", found: "none", kind: "missing" }),
      ];
    }
    const failure = failed.find(({ region = "" }) => spellRegion(region) === want.name);
    return [
      ...changed(
        at(want.name),
        "replicas",
        String(want.regionalReplicaCount ?? 1),
        String(found.regionalReplicaCount ?? 1),
      ),
      ...(want.storageAccountType === undefined
        ? []
        : changed(at(want.name), "storage", want.storageAccountType, text(found.storageAccountType))),
      ...(failure
        ? [
            finding(at(want.name), {
              field: "replication",
              expected: "complete",
              found: `failed: ${failure.details || "Azure gave no reason"}`,
              kind: "hidden",
              repair: "none",
              cure: "take the region out of the stack file, `pulumi up`, put it back, `pulumi up`",
            }),
          ]
        : []),
    ];
  });
  const extra = without(
    [...have.keys()],
    expected.targetRegions.map(({ name }) => name),
  );
  return [
    ...wanted,
    ...extra.map((region) =>
      finding(at(region), {
        field: "region",
        expected: "none",
        found: "replicated",
        kind: "extra",
        cure: "`pulumi up --refresh` takes it away",
      }),
    ),
  ];
}

function sharingFindings({ id, sharing, sharingHeld }: ExpectedGallery, found: SharedGallery): Finding[] {
  const subject = subjectOf("gallery", id);
  const list = (of: Pick<SharedGallery, "community" | "subscriptions" | "tenants">) => [
    ...(of.community ? ["community"] : []),
    ...of.subscriptions.map((each) => `subscription ${each}`),
    ...of.tenants.map((each) => `tenant ${each}`),
  ];
  const want = list({ ...sharing, subscriptions: [...sharing.subscriptions], tenants: [...sharing.tenants] });
  const have = list(found);
  const parts = id.split("/");
  const command = `az sig share reset --resource-group ${parts[4]} --gallery-name ${parts[8]}`;
  return [
    ...without(want, have).map((grantee) =>
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
    ...without(have, want).map((grantee) =>
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

function changed(subject: Subject, field: string, expected: string, found: string): Finding[] {
  if (expected === found) return [];
  return [finding(subject, { field, expected: expected || "none", found: found || "none", kind: "changed" })];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** Three integers each. */
function compareVersionNames(a: string, b: string): number {
  const [one, other] = [a, b].map((name) => name.split(".").map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (one?.[index] ?? 0) - (other?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
