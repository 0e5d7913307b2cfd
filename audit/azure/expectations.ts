/** Expected objects on Azure, from a stack's state. */
import { spellRegion, type TargetRegion } from "../../clouds/azure/api/galleries";
import type { GalleryShares } from "../../clouds/azure/gallery-sharing";
import type { ObjectIdentity } from "../../config/object-identity";
import { isShared } from "../../config/release";
import { type Deployment, plain, type Properties, record, type StateResource, texts } from "../deployment";
import { verifiedIdentity } from "../identity";

export interface ExpectedVersion {
  readonly release?: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** True if extra tags are a difference: the native resource removes them, ours keeps them. */
  readonly wholeTags: boolean;
  /** In the form `westeurope`. */
  readonly targetRegions: readonly TargetRegion[];
  readonly excludeFromLatest: boolean;
  /** RFC 3339 */
  readonly endOfLifeDate?: string;
  /** Identity of the object that was read back; absent: written before this was kept. */
  readonly identity?: ObjectIdentity;
  /** Deleted before all else by an `up` that did not finish. */
  readonly closed?: true;
  /** Meant for others; absent: the ledger does not know the release (any more). */
  readonly shared?: boolean;
}

export interface ExpectedGallery {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly description: string;
  readonly permissions: string;
  readonly community: Readonly<Record<string, string>>;
  readonly sharing: GalleryShares;
  /** True if a resource manages the sharing, so that `up` restores it. */
  readonly sharingHeld: boolean;
  /** Its public name; absent: not public. */
  readonly publicName?: string;
}

/** A resource for which little more than existence is compared. */
export interface ExpectedThing {
  readonly release?: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ExpectedDisk extends ExpectedThing {
  /** Identity of the disk that was read back; absent: written before this was kept. */
  readonly identity?: ObjectIdentity;
}

export interface ExpectedDefinition extends ExpectedThing {
  /** By the names in Azure's `properties`. */
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
      release,
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
      // Azure's defaults at creation are no difference: the engine compares with them, too.
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

/** Other ledger values of a definition: see `fixedIn`. */
const OTHER_FIXED = /^(publisher|offer|sku|hyperVGeneration|storageAccountType in .*)$/;

/**
 * From the ledger: a refresh writes the actual values into the definition itself, which the engine does not compare
 * (`ignoreChanges`). Empty if the ledger does not know the definition.
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

/** Ids are case-insensitive. */
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
  // The publication holds the wanted profile; the version itself is created staged.
  const profile = publication ?? (inputs.publishingProfile as Properties | undefined) ?? {};
  const endOfLifeDate = plain(profile.endOfLifeDate);
  const entry = release === undefined ? undefined : deployment.ledger[release];
  return {
    release,
    id,
    tags: record(publication?.tags ?? inputs.tags),
    wholeTags: publication === undefined,
    targetRegions: regionsOf(profile.targetRegions),
    excludeFromLatest: profile.excludeFromLatest === true,
    endOfLifeDate,
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
      storageAccountType,
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
