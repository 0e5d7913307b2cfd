import {
  type ClosingReaders,
  type ImageAccess,
  accessBy,
  countIn,
  type AccessReader,
  imageAccess,
  isAfterLastClosing,
  textsIn,
  unfinishedIn,
} from "../access";
import type { StateResource } from "../state-resource";

const VERSION = "azure-native:compute:GalleryImageVersion";
const PUBLICATION = "imprimatur:azure:VersionPublication";
const VERSION_CLOSING = "imprimatur:azure:VersionClosing";
const REGION_CLOSING = "imprimatur:azure:RegionClosing";
const SHARING = "imprimatur:azure:GallerySharing";
const GALLERY_CLOSING = "imprimatur:azure:GalleryClosing";
const PREFLIGHT = "imprimatur:azure:Preflight";

/** Whoever a gallery is shared with has everything in it, in the regions where it is replicated. */
export const azureAccess: AccessReader = ({ ofImages, ofType, doubtOf }) => {
  const [closed] = ofType(GALLERY_CLOSING);
  const others = ofType(PREFLIGHT).flatMap(({ outputs }) => sharingIn(outputs));
  const shared =
    closed === undefined && others.length > 0
      ? { has: [...new Set(others.flatMap(galleryGranteesIn))] }
      : galleryIn(ofType(SHARING)[0]?.outputs, closed?.outputs, closed && doubtOf(closed));
  const publications = new Map(ofImages(PUBLICATION).map(({ name, outputs }) => [name, outputs]));
  const closings = new Map(ofImages(VERSION_CLOSING).map(({ name, outputs }) => [name, outputs]));
  const regionClosings = new Map(ofImages(REGION_CLOSING).map(({ name, outputs }) => [name, outputs]));
  return ofImages(VERSION).flatMap(({ version, architecture, name, outputs }) => {
    const publication = publications.get(name);
    const closing = closings.get(name);
    const ofRegions = { type: REGION_CLOSING, name: `${name}-regions` };
    const { has, may } = withoutClosed(
      regionsOf(outputs.publishingProfile as Profile | undefined, publication),
      { publication, closing: regionClosings.get(ofRegions.name), doubt: doubtOf(ofRegions) },
    );
    // A closing deletes the version: what is there again was made since, which its publication says.
    const isThere = isAfterLastClosing(publication ?? {}, closing);
    const isInDoubt = doubtOf({ type: VERSION_CLOSING, name }).length > 0;
    if (!isThere && textsIn(closing?.openFor).length === 0) return [];
    return may.map((region) => {
      const surely = isThere && !isInDoubt && has.includes(region);
      if (surely) return { version, architecture, region, ...shared };
      const unsure = imageAccess([], shared.may ?? shared.has);
      return {
        version,
        architecture,
        region,
        ...unsure,
        ...(shared.has.length > 0 && { around: shared.has }),
      };
    });
  });
};

/** Sharing of another stack's gallery, as recorded by the preflight. */
function sharingIn({ gallerySharing }: StateResource["outputs"]): StateResource["outputs"][] {
  return gallerySharing ? [gallerySharing as StateResource["outputs"]] : [];
}

function galleryIn(
  sharing: StateResource["outputs"] | undefined,
  closing: StateResource["outputs"] | undefined,
  doubt: readonly string[] | undefined,
): ImageAccess {
  if (sharing === undefined) return imageAccess([], textsIn(closing?.openFor));
  return accessBy(galleryGranteesIn(sharing), sharing, closing, doubt);
}

/** Sharing is a property of the gallery: a version exists for all of its grantees or for none. */
const WHOEVER_SEES_IT = "whoever sees the gallery";

export const azureClosings: ClosingReaders = {
  [VERSION_CLOSING]: versionGranteesIn,
  [REGION_CLOSING]: regionsAllowedIn,
  [GALLERY_CLOSING]: permittedIn,
};

/** Where a version may be by its region closing, as Azure's APIs spell it. */
export function regionsAllowedIn({ regions }: StateResource["outputs"]): string[] {
  return textsIn(regions).map(spelled);
}

/** After which closing each region was taken out of a version last. */
export function closedRegionsIn({
  closedRegions,
}: StateResource["outputs"]): Readonly<Record<string, number>> {
  return closedRegions !== null && typeof closedRegions === "object"
    ? (closedRegions as Readonly<Record<string, number>>)
    : {};
}

/** Regions of which a publication does not know that they were closed since. */
export function closedSince(
  publication: StateResource["outputs"],
  now: StateResource["outputs"],
): (region: string) => boolean {
  const [known, closed] = [closedRegionsIn(publication), closedRegionsIn(now)];
  return (region) => (closed[region] ?? 0) !== (known[region] ?? 0);
}

export function versionGranteesIn({ allowed }: StateResource["outputs"]): string[] {
  return allowed === true ? [WHOEVER_SEES_IT] : [];
}

/** Possible grantees of a gallery by its owner's permissions, in the spelling of {@link galleryGranteesIn}. */
export function permittedIn({ permissions, subscriptions, tenants }: StateResource["outputs"]): string[] {
  if (permissions === "Community") return ["public"];
  if (permissions === "Private") return [];
  if (!subscriptions || !tenants) return ["those that it was shared with"];
  return [...textsIn(subscriptions), ...textsIn(tenants)].map((id) => id.toLowerCase());
}

/** `public`, subscriptions and tenants. */
export function galleryGranteesIn(outputs: StateResource["outputs"]): string[] {
  const ids = [...textsIn(outputs.subscriptions), ...textsIn(outputs.tenants)];
  return [...(outputs.community === true ? ["public"] : []), ...ids.map((id) => id.toLowerCase()).sort()];
}

interface Profile {
  readonly targetRegions?: readonly { readonly name?: string }[];
}

/** An unpublished version is only in the region it was created in. */
function regionsOf(
  home: Profile | undefined,
  publication: StateResource["outputs"] | undefined,
): { has: readonly string[]; may: readonly string[] } {
  const all = namesIn(publication ?? home);
  const half = publication && unfinishedIn(publication);
  if (half === undefined) return { has: all, may: all };
  const distinct = (names: readonly string[]) => [...new Set(names.map(spelled))].sort();
  // A closing deletes the version, and the state of what made it cannot tell: it is at home only if the publication found it.
  const isSurelyHome = countIn(publication) === 0;
  return {
    has: distinct([...half.has, ...(isSurelyHome ? namesIn(home) : [])]),
    may: distinct([...half.may, ...namesIn(home)]),
  };
}

/** A region that was taken out since is had by nobody for certain. */
function withoutClosed(
  { has, may }: { has: readonly string[]; may: readonly string[] },
  by: {
    publication: StateResource["outputs"] | undefined;
    closing: StateResource["outputs"] | undefined;
    doubt: readonly string[];
  },
): { has: readonly string[]; may: readonly string[] } {
  const { publication = {}, closing = {}, doubt } = by;
  const isClosed = closedSince(publication, closing);
  const open = textsIn(closing.openFor);
  return {
    has: has.filter((region) => !isClosed(region) && !doubt.includes(region)),
    may: [...new Set([...may, ...open])],
  };
}

function namesIn(profile: Profile | undefined): string[] {
  return (profile?.targetRegions ?? []).flatMap(({ name }) => (name === undefined ? [] : [spelled(name)]));
}

/** Azure may return `West Europe` for `westeurope`. */
function spelled(region: string): string {
  return region.toLowerCase().replace(/\s/g, "");
}
