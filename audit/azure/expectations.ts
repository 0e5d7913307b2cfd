/** What a stack says that Azure holds. */
import { spellRegion, type TargetRegion } from "../../clouds/azure/observe";
import type { ObjectIdentity } from "../../config/object-identity";
import { isShared } from "../../config/release";
import { type Deployment, plain, type Properties, record, type StateResource, texts } from "../deployment";
import { verifiedIdentity } from "../identity";

export interface ExpectedVersion {
  readonly release?: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a tag of somebody else's is a difference: the native resource takes it away, ours leaves it. */
  readonly wholeTags: boolean;
  /** Spelled as `westeurope`. */
  readonly targetRegions: readonly TargetRegion[];
  readonly excludeFromLatest: boolean;
  /** RFC 3339 */
  readonly endOfLifeDate?: string;
  /** Of the object that was read back; absent: written before that was kept. */
  readonly identity?: ObjectIdentity;
  /** It was to be deleted before all else, and the `up` that did so did not come to its end. */
  readonly closed?: true;
  /** Others are meant to use it; absent: the ledger does not know the release (any more). */
  readonly shared?: boolean;
}

export interface ExpectedGallery {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly description: string;
  readonly permissions: string;
  readonly community: Readonly<Record<string, string>>;
  readonly sharing: Sharing;
  /** Whether a resource holds the sharing, so that `up` sets it again. */
  readonly sharingHeld: boolean;
  /** By which everyone finds it; absent: it is not public. */
  readonly publicName?: string;
}

export interface Sharing {
  readonly community: boolean;
  readonly subscriptions: readonly string[];
  readonly tenants: readonly string[];
}

/** A resource of which little more is compared than whether it is there. */
export interface ExpectedThing {
  readonly release?: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ExpectedDisk extends ExpectedThing {
  /** Of the disk that was read back; absent: written before that was kept. */
  readonly identity?: ObjectIdentity;
}

export interface ExpectedDefinition extends ExpectedThing {
  /** Under the names that Azure's `properties` have. */
  readonly fields: Properties;
}

export interface AzureExpectations {
  readonly groups: readonly ExpectedThing[];
  readonly galleries: readonly ExpectedGallery[];
  readonly definitions: readonly ExpectedDefinition[];
  readonly versions: readonly ExpectedVersion[];
  readonly disks: readonly ExpectedDisk[];
}

const NATIVE = "azure-native:compute:";
const VERSION = `${NATIVE}GalleryImageVersion`;
const PUBLICATION = "imprimatur:azure:VersionPublication";
const SHARING = "imprimatur:azure:GallerySharing";
const CLOSING = "imprimatur:azure:VersionClosing";
const VERIFICATION = "imprimatur:azure:Verification";

export function expectedOfAzure(deployment: Deployment): AzureExpectations {
  const publications = new Map(
    deployment.ofType(PUBLICATION).map((each) => [key(plain(each.inputs.versionId)), each.inputs]),
  );
  const shares = new Map(deployment.ofType(SHARING).map((each) => [key(plain(each.inputs.galleryId)), each]));
  const identities = new Map(
    deployment
      .ofType(VERIFICATION)
      .map((each) => [key(plain(each.outputs.verifiedId)), verifiedIdentity(each)]),
  );
  const closed = new Set(
    deployment
      .ofType(CLOSING)
      .filter(({ inputs }) => inputs.allowed === false)
      .map(({ inputs: { resourceGroup, gallery, definition, version } }) =>
        key([resourceGroup, gallery, definition, version].join("/")),
      ),
  );
  const isClosed = ({ id }: StateResource) => {
    const parts = id.split("/");
    return closed.has(key([parts[4], parts[8], parts[10], parts[12]].join("/")));
  };
  const identityOf = ({ id }: StateResource) => {
    const identity = identities.get(key(id));
    return identity && { identity };
  };
  const thing = (resource: StateResource): ExpectedThing => {
    const release = deployment.releaseOf(resource);
    return {
      ...(release !== undefined && { release }),
      id: resource.id,
      tags: record(resource.inputs.tags),
    };
  };
  return {
    groups: deployment.ofType("azure-native:resources:ResourceGroup").map(thing),
    galleries: deployment
      .ofType(`${NATIVE}Gallery`)
      .map((resource) => expectedGallery(resource, shares.get(key(resource.id)))),
    definitions: deployment.ofType(`${NATIVE}GalleryImage`).map((resource) => ({
      ...thing(resource),
      // What Azure filled in when it was made is no difference: the engine compares with that too.
      fields: { ...resource.outputs, ...resource.inputs, ...featuresBy(deployment, resource) },
    })),
    versions: deployment.ofType(VERSION).map((resource) => ({
      ...expectedVersion(deployment, resource, publications.get(key(resource.id))),
      ...identityOf(resource),
      ...(isClosed(resource) && { closed: true }),
    })),
    disks: deployment
      .ofType(`${NATIVE}Disk`)
      .map((resource) => ({ ...thing(resource), ...identityOf(resource) })),
  };
}

/** What is in the ledger besides the features of a definition: see `fixedIn`. */
const OTHER_FIXED = /^(publisher|offer|sku|hyperVGeneration|storageAccountType in .*)$/;

/**
 * By the ledger: a refresh writes what Azure has into the definition itself, and the engine does not compare it (`ignoreChanges`).
 * Nothing where the ledger does not know the definition.
 */
function featuresBy({ ledger }: Deployment, { id }: StateResource): { features?: object[] } {
  const name = key(id.split("/").at(-1));
  for (const { made, fixed } of Object.values(ledger)) {
    const entry = Object.entries(made?.azure ?? {}).find(([, { definition }]) => key(definition) === name);
    const values = entry && fixed?.azure?.[entry[0]];
    if (values === undefined) continue;
    const features = Object.entries(values).filter(([field]) => !OTHER_FIXED.test(field));
    return { features: features.map(([field, value]) => ({ name: field, value })) };
  }
  return {};
}

/** Ids mean the same in any case. */
export function key(id: string | undefined): string {
  return (id ?? "").toLowerCase();
}

function expectedVersion(
  deployment: Deployment,
  resource: StateResource,
  publication: Properties | undefined,
): ExpectedVersion {
  const { id, inputs } = resource;
  const release = deployment.releaseOf(resource);
  // What publishes a version knows best what it is to be like; the version itself is made staged.
  const profile = publication ?? (inputs.publishingProfile as Properties | undefined) ?? {};
  const endOfLifeDate = plain(profile.endOfLifeDate);
  const entry = release === undefined ? undefined : deployment.ledger[release];
  return {
    ...(release !== undefined && { release }),
    id,
    tags: record(publication?.tags ?? inputs.tags),
    wholeTags: publication === undefined,
    targetRegions: regionsOf(profile.targetRegions),
    excludeFromLatest: profile.excludeFromLatest === true,
    ...(endOfLifeDate !== undefined && { endOfLifeDate }),
    ...(entry && {
      shared: isShared(entry.state) && Object.values(entry.audience.azure ?? {}).flat().length > 0,
    }),
  };
}

function regionsOf(value: unknown): TargetRegion[] {
  if (!Array.isArray(value)) return [];
  return value.map((each: Properties) => {
    const storageAccountType = plain(each.storageAccountType);
    return {
      name: spellRegion(plain(each.name) ?? ""),
      regionalReplicaCount: Number(plain(each.regionalReplicaCount) ?? 1),
      ...(storageAccountType !== undefined && { storageAccountType }),
    };
  });
}

function expectedGallery(resource: StateResource, sharing: StateResource | undefined): ExpectedGallery {
  const { id, inputs } = resource;
  const profile = (inputs.sharingProfile ?? {}) as Properties;
  const publicName = plain(sharing?.outputs.publicName);
  return {
    id,
    tags: record(inputs.tags),
    description: plain(inputs.description) ?? "",
    permissions: plain(profile.permissions) ?? "Private",
    community: record(profile.communityGalleryInfo),
    sharing: {
      community: sharing?.inputs.community === true,
      subscriptions: texts(sharing?.inputs.subscriptions).map(key).sort(),
      tenants: texts(sharing?.inputs.tenants).map(key).sort(),
    },
    sharingHeld: sharing !== undefined,
    ...(publicName && { publicName }),
  };
}
