import {
  type ClosingReaders,
  type ImageAccess,
  accessBy,
  type AccessReader,
  imageAccess,
  isAfterLastClosing,
  type StateResource,
  textsIn,
  unfinishedIn,
} from "../access";

const VERSION = "azure-native:compute:GalleryImageVersion";
const PUBLICATION = "imprimatur:azure:VersionPublication";
const VERSION_CLOSING = "imprimatur:azure:VersionClosing";
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
  return ofImages(VERSION).flatMap(({ version, architecture, name, outputs }) => {
    const publication = publications.get(name);
    const closing = closings.get(name);
    const { has, may } = regionsOf(outputs.publishingProfile as Profile | undefined, publication);
    // A closing deletes the version: an existing one was created since, as its publication records.
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
  [GALLERY_CLOSING]: permittedIn,
};

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
  const distinct = (names: readonly string[]) =>
    [...new Set([...names.map(spelled), ...namesIn(home)])].sort();
  return { has: distinct(half.has), may: distinct(half.may) };
}

function namesIn(profile: Profile | undefined): string[] {
  return (profile?.targetRegions ?? []).flatMap(({ name }) => (name === undefined ? [] : [spelled(name)]));
}

/** Azure may return `West Europe` for `westeurope`. */
function spelled(region: string): string {
  return region.toLowerCase().replace(/\s/g, "");
}
