/**
 * The life of a release as rules: which changes there are between two ledgers, which of them are illegal, and which must
 * be named before they are made. Pure.
 */
import { type Guarded, isAllowed } from "./allow";
import type { Audience, Ledger, ReleaseEntry } from "./ledger";
import { isShared } from "./release";
import { type Cloud, HAS_IMAGE_PER_REGION, SHARES_ONE_WAY } from "./stack";

/** One change of one release that somebody would want to know of. */
export type Change = { readonly version: string } & (
  | { readonly kind: "stage" | "publish" | "deprecate" | "withdraw" | "restore" | "remove" }
  | { readonly kind: "make-public"; readonly cloud: string; readonly regions: readonly string[] }
  | {
      readonly kind: "widen" | "narrow";
      readonly cloud: string;
      readonly regions: readonly string[];
      /** Who gains or loses; `public` is everyone. */
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

/** A jump that is never made, with its cure. */
export interface IllegalJump {
  readonly version: string;
  readonly message: string;
}

const BEGINNING = {
  stage: "staged",
  publish: "published",
  deprecate: "deprecated",
  withdraw: "withdrawn",
} as const;
const ORDER = ["staged", "published", "deprecated", "withdrawn"] as const;

/** Every change between what a stack said last and what it says now, release by release. */
export function changesBetween(old: Ledger, now: Ledger): Change[] {
  return versionsOf(old, now).flatMap((version): Change[] => {
    const [before, after] = [old[version], now[version]];
    if (after === undefined) return before === undefined ? [] : removal(version, before);
    return [
      ...stateChange(version, before, after),
      ...audienceChanges(version, before, after),
      ...deletions(version, before, after),
      ...endOfLifeChange(version, before, after),
    ];
  });
}

/** Changes that must be named and are not. */
export function unnamedChanges(changes: readonly Change[], allow: readonly string[]): Change[] {
  return changes.filter((change) => isGuarded(change) && !isAllowed(allow, change.kind, change.version));
}

export function isGuarded(change: Change): change is Change & { readonly kind: Guarded } {
  return ["make-public", "new-region", "shorten-end-of-life", "delete-published"].includes(change.kind);
}

/** What may not be done at all, whatever is allowed. */
export function illegalJumps(old: Ledger, now: Ledger): IllegalJump[] {
  return versionsOf(old, now).flatMap((version): IllegalJump[] => {
    const [before, after] = [old[version], now[version]];
    if (before === undefined) return [];
    const message =
      after === undefined ? illegalRemoval(version, before) : illegalChange(version, before, after);
    return message === undefined ? [] : [{ version, message }];
  });
}

/** One line of a change, as people say it. */
export function describeChange(change: Change): string {
  const { version } = change;
  switch (change.kind) {
    case "make-public":
      return `${version} becomes public on ${change.cloud} in ${listed(change.regions)}`;
    case "new-region":
      return `${version} comes to ${listed(change.regions)} on ${change.cloud}`;
    case "lost-region":
      return `${version} leaves ${listed(change.regions)} on ${change.cloud}`;
    case "widen":
      return `${version} is shared with ${listed(change.grantees)} on ${change.cloud} in ${listed(change.regions)}`;
    case "narrow":
      return `${version} is taken from ${listed(change.grantees)} on ${change.cloud} in ${listed(change.regions)}`;
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

function versionsOf(old: Ledger, now: Ledger): string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(old)])];
}

function removal(version: string, before: ReleaseEntry): Change[] {
  const remove: Change = { version, kind: "remove" };
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

function audienceChanges(version: string, before: ReleaseEntry | undefined, after: ReleaseEntry): Change[] {
  return cloudsOf(before, after).flatMap((cloud): Change[] => {
    const [was, is] = [before?.audience[cloud] ?? {}, after.audience[cloud] ?? {}];
    const isPublic = (audience: Audience, region: string) => audience[region]?.includes("public") ?? false;
    // Another architecture of what is public becomes public with it.
    const another = Object.keys(after.digests).some((of) => before?.digests[of] === undefined);
    const opened = Object.keys(is).filter(
      (region) => isPublic(is, region) && (another || !isPublic(was, region)),
    );
    const wasOut = before !== undefined && isShared(before.state);
    const added = wasOut ? Object.keys(is).filter((region) => was[region] === undefined) : [];
    const lost = Object.keys(was).filter((region) => is[region] === undefined);
    return [
      ...(opened.length > 0 ? [{ version, kind: "make-public", cloud, regions: opened } as const] : []),
      ...(added.length > 0 ? [{ version, kind: "new-region", cloud, regions: added } as const] : []),
      ...(lost.length > 0 ? [{ version, kind: "lost-region", cloud, regions: lost } as const] : []),
      ...granteeChanges(version, cloud, was, is, "widen").filter(({ grantees }) => grantees[0] !== "public"),
      ...granteeChanges(version, cloud, is, was, "narrow"),
    ];
  });
}

/** Who is in the second audience and not in the first, the regions in which the same ones change together. */
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
      if (first[region]?.includes(grantee)) continue;
      groups.set(grantee, [...(groups.get(grantee) ?? []), region]);
    }
  }
  return [...groups].map(([grantee, regions]) => ({ version, kind, cloud, regions, grantees: [grantee] }));
}

/**
 * Images that users had, and that go while the release stays: a region or an architecture left out, a cloud dropped, or
 * what can only be changed by making them anew.
 */
function deletions(version: string, before: ReleaseEntry | undefined, after: ReleaseEntry): Change[] {
  if (before === undefined || !isShared(before.state)) return [];
  // A withdrawal takes versions out of a shared gallery: that is what withdrawing means there.
  if (after.state === "withdrawn") return remade(version, before, after);
  const architectures = Object.keys(before.digests).filter((of) => after.digests[of] === undefined);
  const places = cloudsOf(before, after).flatMap((cloud) => {
    const regions = Object.keys(before.audience[cloud] ?? {}).filter(
      (region) => after.audience[cloud]?.[region] === undefined,
    );
    const what = `the images in ${listed(regions)} of ${cloud} are deleted`;
    return regions.length > 0 ? [{ what, cloud, regions }] : [];
  });
  const left = [...architectures.map((of) => ({ what: `the ${of} images are deleted` })), ...places].map(
    (deletion) => ({ version, kind: "delete-published", ...deletion }) as const,
  );
  return [...left, ...remade(version, before, after)];
}

/** One change for each cloud whose images are replaced by new ones, with new ids. */
function remade(version: string, before: ReleaseEntry, after: ReleaseEntry): Change[] {
  return Object.entries(before.made ?? {}).flatMap(([cloud, old]): Change[] => {
    const differences = Object.entries(old).flatMap(([architecture, values]) => {
      const now = after.made?.[cloud]?.[architecture];
      if (now === undefined) return [];
      const names = [...new Set([...Object.keys(values), ...Object.keys(now)])];
      return names
        .filter((name) => values[name] !== now[name])
        .map((name) => `${name} ${spell(values[name])} becomes ${spell(now[name])}`);
    });
    if (differences.length === 0) return [];
    const what = `the images on ${cloud} are deleted and made anew: ${[...new Set(differences)].join(", ")}`;
    const regions = Object.keys(before.audience[cloud] ?? {});
    return [{ version, kind: "delete-published", what, cloud, regions }];
  });
}

function spell(value: string | undefined): string {
  return value === undefined || value === "" ? "(none)" : value;
}

function endOfLifeChange(version: string, before: ReleaseEntry | undefined, after: ReleaseEntry): Change[] {
  const [from, to] = [before?.endOfLife, after.endOfLife];
  if (from === undefined || to === undefined || Date.parse(to) >= Date.parse(from)) return [];
  return [{ version, kind: "shorten-end-of-life", from, to }];
}

function illegalRemoval(version: string, before: ReleaseEntry): string | undefined {
  if (!before.protected) return undefined;
  if (before.state === "deprecated" || before.state === "withdrawn") {
    return (
      `the line of ${version} is gone, and it had \`protect: true\`; put the line back without that, run \`pulumi up\`, ` +
      "and remove it then"
    );
  }
  return (
    `the line of ${version} is gone, and it was ${before.state} and protected; put the line back with ` +
    "`state: withdrawn` (or deprecated), run `pulumi up`, and remove it then"
  );
}

function illegalChange(version: string, before: ReleaseEntry, after: ReleaseEntry): string | undefined {
  const clash = Object.keys(before.digests).find(
    (of) => after.digests[of] !== undefined && after.digests[of] !== before.digests[of],
  );
  if (clash !== undefined) {
    return (
      `${version} was made of other bytes on ${clash} (sha256:${before.digests[clash]}) than its image file now says ` +
      `(sha256:${after.digests[clash]}); give the new build a version of its own, or restore the image file`
    );
  }
  const dropped = Object.keys(before.digests).find((of) => after.digests[of] === undefined);
  if (dropped !== undefined && before.protected) {
    return `${version} has no ${dropped} image any more, and it is protected while it is ${before.state}; restore the image file`;
  }
  if (after.state === "staged" && before.state !== "staged") {
    return `${version} was ${before.state} and cannot be staged again: users may have it; use \`state: withdrawn\` to take it back`;
  }
  if (before.state === "withdrawn" && after.state !== "withdrawn") {
    if (after.reason === undefined)
      return `${version} was withdrawn; to make it ${after.state} again, say why: add \`reason: …\` to its line`;
    if (after.reason === before.reason)
      return `${version} was withdrawn with the reason ${JSON.stringify(before.reason)}; to make it ${after.state} again, say why in a new \`reason\``;
  }
  return (
    lossWhileProtected(version, before, after) ??
    changeOfFixed(version, before, after) ??
    changeOfSharing(version, before, after)
  );
}

/** What the cloud would refuse in the middle of the `up`, in words that name no key of a stack file. */
function changeOfFixed(version: string, before: ReleaseEntry, after: ReleaseEntry): string | undefined {
  // Another place has a definition of its own, where nothing is fixed yet.
  if (remade(version, before, after).length > 0) return undefined;
  const changes = Object.entries(before.fixed ?? {}).flatMap(([cloud, old]) =>
    Object.entries(old).flatMap(([architecture, values]) => {
      const now = after.fixed?.[cloud]?.[architecture] ?? {};
      return Object.keys(values)
        .filter((name) => now[name] !== undefined && now[name] !== values[name])
        .map((name) => `${name} from ${values[name]} to ${now[name]} on ${cloud}`);
    }),
  );
  if (changes.length === 0) return undefined;
  return (
    `${version} cannot change ${listed([...new Set(changes)])}: the cloud keeps what it was made with; take the change ` +
    "back, leave the region out for one `up`, or give the definition another name"
  );
}

function changeOfSharing(version: string, before: ReleaseEntry, after: ReleaseEntry): string | undefined {
  const cloud = cloudsOf(before, after).find((of) => {
    if (!SHARES_ONE_WAY[of as Cloud]) return false;
    return Object.entries(before.audience[of] ?? {}).some(([region, was]) => {
      const is = after.audience[of]?.[region] ?? [];
      return was.length > 0 && is.length > 0 && was.includes("public") !== is.includes("public");
    });
  });
  if (cloud === undefined) return undefined;
  return (
    `${version} is shared on ${cloud} with everyone or with some, and goes from one to the other in two steps: share with ` +
    "nobody for one `up` (sharing: {}), then as you want it"
  );
}

/** The engine would refuse it too, later and without the cure. */
function lossWhileProtected(version: string, before: ReleaseEntry, after: ReleaseEntry): string | undefined {
  if (!before.protected || after.state === "withdrawn") return undefined;
  const left = Object.entries(before.audience).flatMap(([cloud, audience]) => {
    const now = after.audience[cloud];
    if (now === undefined) return [`the images on ${cloud} are deleted`];
    const regions = Object.keys(audience).filter((region) => now[region] === undefined);
    if (regions.length === 0 || !HAS_IMAGE_PER_REGION[cloud as Cloud]) return [];
    return [`the images in ${listed(regions)} of ${cloud} are deleted`];
  });
  const anew = remade(version, before, after).flatMap((of) => ("what" in of ? [of.what] : []));
  const losses = [...left, ...anew];
  if (losses.length === 0) return undefined;
  return (
    `${losses.join("; ")}, and ${version} is protected while it is ${before.state}; take the change back, or say ` +
    "`protect: false` on its line for one `up` first"
  );
}

function cloudsOf(before: ReleaseEntry | undefined, after: ReleaseEntry): string[] {
  return [...new Set([...Object.keys(after.audience), ...Object.keys(before?.audience ?? {})])];
}

/** `a, b and c`; long lists are counted. */
function listed(words: readonly string[]): string {
  if (words.length > 6) return `${words.slice(0, 5).join(", ")} and ${words.length - 5} more`;
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
