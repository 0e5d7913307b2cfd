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

/** Everything in a gallery is had, in the regions where it is, by whomever the gallery is shared with. */
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

/** How another stack's gallery is shared, by the preflight that looked. */
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

/** A version is there for all of them or for nobody; who they are is the gallery's business. */
const WHOEVER_SEES_IT = "whoever sees the gallery";

export const azureClosings: ClosingReaders = {
  [VERSION_CLOSING]: versionGranteesIn,
  [GALLERY_CLOSING]: permittedIn,
};

export function versionGranteesIn({ allowed }: StateResource["outputs"]): string[] {
  return allowed === true ? [WHOEVER_SEES_IT] : [];
}

/** Who may see a gallery by what its owner permits, spelled as {@link galleryGranteesIn} does. */
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

/** A version that was not published is in the region alone that it was made in. */
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

/** Azure tells `West Europe` where it was asked for `westeurope`. */
function spelled(region: string): string {
  return region.toLowerCase().replace(/\s/g, "");
}
