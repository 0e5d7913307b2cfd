/**
 * The life of a release as rules: the changes between two ledgers, and which of them must be named before they are
 * made. Those that are never made are in `transitions.ts`. Pure.
 */
import { listSome } from "../facts/words";
import { type Guarded, isAllowed } from "./allow";
import { beforeOn, versionsIn } from "./before";
import type { CurrentAccess } from "./access";
import type { Audience, Ledger, ReleaseEntry } from "./ledger";
import { type Difference, differencesOf, knownImagesOf } from "./immutable";
import { isShared } from "./release";

/** One reportable change of one release. */
export type Change = { readonly version: string } & (
  | { readonly kind: "stage" | "publish" | "deprecate" | "withdraw" | "restore" | "remove" }
  | { readonly kind: "make-public"; readonly cloud: string; readonly regions: readonly string[] }
  | {
      readonly kind: "widen" | "narrow";
      readonly cloud: string;
      readonly regions: readonly string[];
      /** Grantees that gain or lose access; `public` is everyone. */
      readonly grantees: readonly string[];
    }
  | {
      readonly kind: "new-region" | "lost-region";
      readonly cloud: string;
      readonly regions: readonly string[];
    }
  | { readonly kind: "shorten-end-of-life"; readonly from: string; readonly to: string }
  | {
      readonly kind: "delete-published";
      readonly what: string;
      /** Absent: everywhere. */
      readonly cloud?: string;
      readonly regions?: readonly string[];
    }
);

const BEGINNING = {
  stage: "staged",
  publish: "published",
  deprecate: "deprecated",
  withdraw: "withdrawn",
} as const;
const ORDER = ["staged", "published", "deprecated", "withdrawn"] as const;

/**
 * Every change from the last recorded or actual state to the wanted one, release by release.
 *
 * @param have current access by the objects' own state; absent: only the old ledger is known
 */
export function changesBetween(old: Ledger, now: Ledger, have?: CurrentAccess): Change[] {
  return versionsOf(old, now, have).flatMap((version): Change[] => {
    const [before, after] = [old[version], now[version]];
    if (after === undefined) return removal(version, before, have);
    return [
      ...stateChange(version, before, after),
      ...audienceChanges(version, before, after, have),
      ...deletions(version, before, after, have),
      ...endOfLifeChange(version, before?.endOfLife ?? have?.announcedEnds?.[version], after.endOfLife),
    ];
  });
}

/** Guarded changes that are not named. */
export function unnamedChanges(changes: readonly Change[], allow: readonly string[]): Change[] {
  return changes.filter((change) => isGuarded(change) && !isAllowed(allow, change.kind, change.version));
}

export function isGuarded(change: Change): change is Change & { readonly kind: Guarded } {
  return ["make-public", "new-region", "shorten-end-of-life", "delete-published"].includes(change.kind);
}

/** One line that describes a change. */
export function describeChange(change: Change): string {
  const { version } = change;
  switch (change.kind) {
    case "make-public":
      return `${version} becomes public on ${change.cloud} in ${listSome(change.regions)}`;
    case "new-region":
      return `${version} comes to ${listSome(change.regions)} on ${change.cloud}`;
    case "lost-region":
      return `${version} leaves ${listSome(change.regions)} on ${change.cloud}`;
    case "widen":
      return `${version} is shared with ${listSome(change.grantees)} on ${change.cloud} in ${listSome(change.regions)}`;
    case "narrow":
      return `${version} is taken from ${listSome(change.grantees)} on ${change.cloud} in ${listSome(change.regions)}`;
    case "shorten-end-of-life":
      return `${version} ends on ${change.to} instead of ${change.from}`;
    case "delete-published":
      return `${version}: ${change.what}`;
    case "stage":
    case "publish":
    case "deprecate":
    case "withdraw":
      return `${version} becomes ${BEGINNING[change.kind]}`;
    case "restore":
      return `${version} is brought back`;
    case "remove":
      return `${version} is deleted everywhere`;
  }
}

export function versionsOf(old: Ledger, now: Ledger, have?: CurrentAccess): string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(old), ...versionsIn(have)])];
}

function removal(
  version: string,
  before: ReleaseEntry | undefined,
  have: CurrentAccess | undefined,
): Change[] {
  const remove: Change = { version, kind: "remove" };
  if (before === undefined) {
    // Its line is gone, but the `up` that was to delete it did not get that far.
    if (!isHad(version, undefined, have)) return [];
    return [
      remove,
      { version, kind: "delete-published", what: "a release that users have is deleted everywhere" },
    ];
  }
  if (before.state === "staged") return [remove];
  return [
    remove,
    { version, kind: "delete-published", what: `a ${before.state} release is deleted everywhere` },
  ];
}

function stateChange(version: string, before: ReleaseEntry | undefined, after: ReleaseEntry): Change[] {
  if (before?.state === after.state) return [];
  if (before && ORDER.indexOf(after.state) < ORDER.indexOf(before.state))
    return [{ version, kind: "restore" }];
  const kinds = {
    staged: "stage",
    published: "publish",
    deprecated: "deprecate",
    withdrawn: "withdraw",
  } as const;
  return [{ version, kind: kinds[after.state] }];
}

function audienceChanges(
  version: string,
  before: ReleaseEntry | undefined,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): Change[] {
  return cloudsOf(before, after, have?.images[version]).flatMap((cloud): Change[] => {
    const { surely, perhaps, left, added } = beforeOn(cloud, version, before, after, have);
    const is = after.audience[cloud] ?? {};
    const isPublic = (audience: Audience, region: string) => audience[region]?.includes("public") ?? false;
    const opened = Object.keys(is).filter((region) => isPublic(is, region) && !isPublic(surely, region));
    return [
      ...(opened.length > 0 ? [{ version, kind: "make-public", cloud, regions: opened } as const] : []),
      ...(added.length > 0 ? [{ version, kind: "new-region", cloud, regions: added } as const] : []),
      ...(left.length > 0 ? [{ version, kind: "lost-region", cloud, regions: left } as const] : []),
      ...granteeChanges(version, cloud, surely, is, "widen").filter(
        ({ grantees }) => grantees[0] !== "public",
      ),
      ...granteeChanges(version, cloud, is, perhaps, "narrow"),
    ];
  });
}

/** Grantees of the second audience that are not in the first, grouped by the regions with the same ones. */
function granteeChanges(
  version: string,
  cloud: string,
  first: Audience,
  second: Audience,
  kind: "widen" | "narrow",
): Extract<Change, { kind: "widen" | "narrow" }>[] {
  const groups = new Map<string, string[]>();
  for (const [region, grantees] of Object.entries(second)) {
    for (const grantee of grantees) {
      // Azure's ids are case-insensitive, and so is everything else named here.
      if (first[region]?.some((candidate) => candidate.toLowerCase() === grantee.toLowerCase())) continue;
      groups.set(grantee, [...(groups.get(grantee) ?? []), region]);
    }
  }
  return [...groups].map(([grantee, regions]) => ({ version, kind, cloud, regions, grantees: [grantee] }));
}

/**
 * Published images that are deleted while the release stays: a region or an architecture left out, a cloud dropped,
 * or an immutable value changed.
 */
function deletions(
  version: string,
  before: ReleaseEntry | undefined,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): Change[] {
  if (before === undefined || !isHad(version, before, have)) return [];
  // A withdrawal removes versions from a shared gallery by definition.
  if (after.state === "withdrawn")
    return isShared(before.state) ? replacedImages(version, before, after, have) : [];
  const architectures = Object.keys(before.digests).filter(
    (candidate) => after.digests[candidate] === undefined,
  );
  const places = cloudsOf(before, after, have?.images[version]).flatMap((cloud) => {
    const regions = beforeOn(cloud, version, before, after, have).left;
    const what = `the images in ${listSome(regions)} of ${cloud} are deleted`;
    return regions.length > 0 ? [{ what, cloud, regions }] : [];
  });
  const left = [
    ...architectures.map((architecture) => ({ what: `the ${architecture} images are deleted` })),
    ...places,
  ].map((deletion) => ({ version, kind: "delete-published", ...deletion }) as const);
  return [...left, ...replacedImages(version, before, after, have)];
}

/** True if users have any image of the release, or had by the ledger. */
function isHad(version: string, before: ReleaseEntry | undefined, have: CurrentAccess | undefined): boolean {
  if (before !== undefined && isShared(before.state)) return true;
  const images = Object.values(have?.images[version] ?? {}).flatMap((regions) => Object.values(regions));
  return images.some((places) => Object.values(places).some(({ has, may = has }) => may.length > 0));
}

/** One change for each cloud whose images are replaced, with new ids. */
export function replacedImages(
  version: string,
  before: ReleaseEntry,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): Change[] {
  return Object.entries(after.made ?? {}).flatMap(([cloud, wanted]): Change[] => {
    const differences = differencesOf(before.made?.[cloud], wanted, knownImagesOf(have, version, cloud));
    if (differences.length === 0) return [];
    const what = `the images on ${cloud} are deleted and made anew: ${[...new Set(differences.map(formatDifference))].join(", ")}`;
    const regions = Object.keys(before.audience[cloud] ?? {});
    return [{ version, kind: "delete-published", what, cloud, regions }];
  });
}

/** `name a becomes b` */
export function formatDifference({ name, is, wanted }: Difference): string {
  return `${name} ${is.map(spell).join(" or ")} becomes ${spell(wanted)}`;
}

function spell(value: string): string {
  return value || "(none)";
}

/**
 * Ends of support that users were told of and the new ledger says nothing of: kept, so that taking a date out and
 * setting an earlier one later is a shortened support, as in one step.
 */
export function announcedEndsOf(
  old: Ledger,
  now: Ledger,
  have: CurrentAccess | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(now).flatMap(([version, { endOfLife }]) => {
      const announced = old[version]?.endOfLife ?? have?.announcedEnds?.[version];
      return endOfLife === undefined && announced !== undefined ? [[version, announced]] : [];
    }),
  );
}

function endOfLifeChange(version: string, from: string | undefined, to: string | undefined): Change[] {
  if (from === undefined || to === undefined || Date.parse(to) >= Date.parse(from)) return [];
  return [{ version, kind: "shorten-end-of-life", from, to }];
}

function cloudsOf(
  before: ReleaseEntry | undefined,
  after: ReleaseEntry,
  images: CurrentAccess["images"][string] = {},
): string[] {
  const all = [after.audience, before?.audience ?? {}, images].flatMap((clouds) => Object.keys(clouds));
  return [...new Set(all)];
}
