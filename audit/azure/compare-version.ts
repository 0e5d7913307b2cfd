/** Gallery versions: those in the state, and others in the same definitions. */
import { TAG } from "../../facts/tags";
import { type GalleryVersion, spellRegion } from "../../clouds/azure/api/galleries";
import { identityOfVersion } from "../../clouds/azure/object-identity";
import {
  type Finding,
  finding,
  missingObject,
  sameMinute,
  type Subject,
  tagFindings,
  difference,
} from "../finding";
import { type ExpectedVersion, key } from "./expectations";
import { safetyFindings } from "./compare-safety";
import { subjectOf } from "./subject";
import { changed, text } from "./changed";
import { identityFindings } from "./compare";

export function compareVersion(expected: ExpectedVersion, seen: GalleryVersion | undefined): Finding[] {
  const subject = subjectOf("version", expected.id, expected.release);
  if (expected.closed) return seen === undefined ? [] : [stillThere(subject, seen)];
  if (seen === undefined)
    return [missingObject(subject, "`pulumi up --refresh` makes it again from its disk")];
  const profile = seen.properties.publishingProfile ?? {};
  const excluded = profile.excludeFromLatest ?? false;
  return [
    ...tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: expected.wholeTags }),
    ...identityFindings(subject, expected.identity, identityOfVersion(seen)),
    ...regionFindings(expected, seen),
    ...safetyFindings(subject, seen),
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

/** Versions of a definition that are not in the state; worst is the one that "latest" resolves to. */
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
    .filter(({ id, tags }) => !ours.has(key(id)) && (tags?.[TAG.stack] ?? stack) === stack)
    .map((version) => {
      const isLatest = version === latest && best !== undefined;
      const parts = version.id.split("/");
      const names = `--resource-group ${parts[4]} --gallery-name ${parts[8]} --gallery-image-definition ${parts[10]} --gallery-image-version ${version.name}`;
      const tagged = stack !== undefined && version.tags?.[TAG.stack] === stack;
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
  const extra = difference(
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

/** Three integers each. */
function compareVersionNames(a: string, b: string): number {
  const [one, other] = [a, b].map((name) => name.split(".").map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (one?.[index] ?? 0) - (other?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A withdrawn version that is still usable by everyone with access to the gallery. */
function stillThere(subject: Subject, { properties }: GalleryVersion): Finding {
  return finding(subject, {
    field: "existence",
    expected: "not there",
    found: properties.provisioningState === "Deleting" ? "being deleted" : "there",
    kind: "extra",
    cure: "`imprimatur up` deletes it",
  });
}
