import { tellTime } from "../arm/dates";
import { ArmError, invalid } from "../arm/errors";
import type { ArmRequest, Route } from "../arm/http";
import { requireLocation } from "../arm/locations";
import { type Cloud, contentsOf, keyOf } from "../cloud";
import type { Definition, Gallery, SharingGroup, Tags, Version } from "../state";
import { gib } from "./disk-body";
import { sharesWith } from "./sharing";

/** The two APIs through which others see a gallery: the same content under different names. */
interface Door {
  path: "communityGalleries" | "sharedGalleries";
  prefix: "CommunityGalleries" | "SharedGalleries";
  opens(gallery: Gallery, request: ArmRequest): boolean;
  /** True if the list of galleries contains this one; without it there is no list. */
  lists?: (gallery: Gallery, request: ArmRequest) => boolean;
  nameOf(gallery: Gallery): string;
}

const DOORS: readonly Door[] = [
  {
    path: "communityGalleries",
    prefix: "CommunityGalleries",
    opens: (gallery) => gallery.community?.enabled === true,
    nameOf: (gallery) => gallery.community?.publicName ?? "",
  },
  {
    path: "sharedGalleries",
    prefix: "SharedGalleries",
    opens: (gallery, { caller, query }) => sharesWith(gallery, caller, sharedTo(query)),
    lists: (gallery, { caller, query }) => sharesWith(gallery, caller, sharedTo(query) ?? ["Subscriptions"]),
    nameOf: (gallery) => gallery.uniqueName,
  },
];

/**
 * Required grantee of a gallery, if the query names one. `tenant` is the only value there is (`SharedToValues` of
 * @azure/arm-compute); Azure's own command line leaves the parameter out for those that are shared with the
 * subscription (azure-cli, `az sig list-shared --shared-to`).
 */
function sharedTo(query: URLSearchParams): readonly SharingGroup["type"][] | undefined {
  const value = query.get("sharedTo");
  if (value === null) return undefined;
  if (value.toLowerCase() === "tenant") return ["AADTenants"];
  throw invalid(
    "sharedTo",
    `The value '${value}' of parameter sharedTo is not valid; the only value is tenant.`,
  );
}

/** A link to the terms. */
const DISCLAIMER = "https://aka.ms/communitygallery-disclaimer";

/** A stranger's view of shared galleries: only content replicated to the requested region. */
export const strangerRoutes = (cloud: Cloud): Route[] => DOORS.flatMap((door) => routesOf(cloud, door));

function routesOf(cloud: Cloud, door: Door): Route[] {
  const contents = contentsOf(cloud);
  const isCommunity = door.path === "communityGalleries";
  const locationOf = ({ params }: ArmRequest) =>
    requireLocation(params.location ?? "", `Microsoft.Compute/${door.path}`);
  const missing = (what: string) => new ArmError(404, "NotFound", `The entity was not found: ${what}.`);

  const visible = (gallery: Gallery, location: string): { definition: Definition; versions: Version[] }[] =>
    Object.values(contents.definitions)
      .filter(({ id }) => keyOf(id).startsWith(`${keyOf(gallery.id)}/`))
      .map((definition) => ({
        definition,
        versions: Object.values(contents.versions).filter(
          // Includes versions being deleted: no record shows when others lose access, so it is at the very end.
          ({ id, replicas }) =>
            keyOf(id).startsWith(`${keyOf(definition.id)}/`) && replicas[location]?.state === "Completed",
        ),
      }));

  /** A gallery is in its own region, and in every region of its versions' replicas. */
  const isIn = (each: Gallery, location: string) =>
    each.location === location || visible(each, location).some(({ versions }) => versions.length > 0);
  const gallery = (request: ArmRequest): Gallery => {
    const name = request.params.public ?? "";
    const found = Object.values(contents.galleries).find(
      (each) => keyOf(door.nameOf(each)) === keyOf(name) && door.opens(each, request),
    );
    const location = locationOf(request);
    if (found && isIn(found, location)) return found;
    throw missing(`${door.prefix}/${name} in ${location}`);
  };
  const image = (request: ArmRequest) => {
    const name = request.params.definition ?? "";
    const found = visible(gallery(request), locationOf(request)).find(
      ({ definition }) => keyOf(definition.name) === keyOf(name),
    );
    if (found) return found;
    throw missing(`${door.prefix}/${request.params.public}/Images/${name}`);
  };

  const named = (
    request: ArmRequest,
    name: string,
    suffix: string,
    type: string,
    properties: Record<string, unknown>,
  ) => ({
    name,
    location: locationOf(request),
    // Those of a community have no type, and repeat the publisher at the top level (azure-cli,
    // test_community_gallery_operations.yaml, 2026-05-12), as for the other differences below.
    ...(isCommunity ? {} : { type: `Microsoft.Compute/locations/${type}` }),
    identifier: {
      uniqueId: `/${door.prefix}/${request.params.public ?? door.nameOf(gallery(request))}${suffix}`,
    },
    properties,
  });
  const tagsOf = (tags: Tags | undefined) =>
    tags && Object.keys(tags).length > 0 ? { artifactTags: tags } : {};
  const galleryBody = (request: ArmRequest, each: Gallery) => {
    const community = isCommunity ? each.community : undefined;
    const communityMetadata = community && {
      publisherUri: community.publisherUri,
      publisherContact: community.publisherContact,
      eula: community.eula,
      publicNames: [community.publicName],
    };
    return {
      ...named(
        { ...request, params: { ...request.params, public: door.nameOf(each) } },
        door.nameOf(each),
        "",
        door.path,
        {
          ...(communityMetadata && { communityMetadata, disclaimer: DISCLAIMER }),
          ...tagsOf(each.tags),
        },
      ),
      ...(communityMetadata && { communityMetadata }),
    };
  };
  const imageBody = (request: ArmRequest, { name, tags, properties }: Definition) => {
    const {
      osType,
      osState,
      endOfLifeDate,
      identifier,
      recommended,
      disallowed,
      hyperVGeneration,
      features,
      purchasePlan,
      architecture,
      privacyStatementUri,
      eula,
    } = properties;
    return named(request, name, `/Images/${name}`, `${door.path}/images`, {
      ...{
        osType,
        osState,
        endOfLifeDate,
        identifier: isCommunity ? { publisher: "", offer: "", sku: "" } : identifier,
        recommended,
        disallowed,
        hyperVGeneration,
        features,
        purchasePlan,
        architecture,
        privacyStatementUri,
        eula,
      },
      ...tagsOf(tags),
      ...(isCommunity && { disclaimer: DISCLAIMER }),
    });
  };
  const versionBody = (request: ArmRequest, version: Version) => {
    const region = version.regions.find(({ name }) => name === locationOf(request));
    return named(
      request,
      version.name,
      `/Images/${request.params.definition}/Versions/${version.name}`,
      `${door.path}/images/versions`,
      {
        publishedDate: tellTime(version.publishedDate),
        ...(version.endOfLifeDate && { endOfLifeDate: tellTime(version.endOfLifeDate) }),
        excludeFromLatest: version.excludeFromLatest || region?.excludeFromLatest === true,
        storageProfile: {
          osDiskImage: { diskSizeGB: gib(version.sizeBytes), hostCaching: version.hostCaching },
        },
        ...tagsOf(version.tags),
        ...(isCommunity && { disclaimer: DISCLAIMER }),
      },
    );
  };

  const root = `/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/${door.path}`;
  const family = "galleries" as const;
  const query = door.path === "sharedGalleries" ? ["sharedTo"] : [];
  const one = (body: unknown) => ({ status: 200, body });
  const many = (value: unknown[]) => one({ value });
  const { lists } = door;
  const listed = lists && {
    method: "GET" as const,
    path: root,
    family,
    query,
    handle: (request: ArmRequest) => {
      const location = locationOf(request);
      return many(
        Object.values(contents.galleries)
          .filter((each) => lists(each, request) && isIn(each, location))
          .map((each) => galleryBody(request, each)),
      );
    },
  };
  return [
    // Only Microsoft.ResourceGraph lists all community galleries of a region, which is not rehearsed (azure-cli,
    // test_community_gallery_operations.yaml, 2026-05-12).
    ...(listed ? [listed] : []),
    {
      method: "GET",
      path: `${root}/{public}`,
      family,
      handle: (request) => one(galleryBody(request, gallery(request))),
    },
    {
      method: "GET",
      path: `${root}/{public}/images`,
      family,
      query,
      handle: (request) =>
        many(
          visible(gallery(request), locationOf(request)).map(({ definition }) =>
            imageBody(request, definition),
          ),
        ),
    },
    {
      method: "GET",
      path: `${root}/{public}/images/{definition}`,
      family,
      handle: (request) => one(imageBody(request, image(request).definition)),
    },
    {
      method: "GET",
      path: `${root}/{public}/images/{definition}/versions`,
      family,
      query,
      handle: (request) => many(image(request).versions.map((version) => versionBody(request, version))),
    },
    {
      method: "GET",
      path: `${root}/{public}/images/{definition}/versions/{version}`,
      family,
      handle: (request) => {
        const found = image(request).versions.find(({ name }) => name === request.params.version);
        if (found) return one(versionBody(request, found));
        throw missing(
          `${door.prefix}/${request.params.public}/Images/${request.params.definition}/Versions/${request.params.version}`,
        );
      },
    },
  ];
}
