import type { StateResource } from "../state-resource";
import type { ImmutableReader } from "../immutable";

const CONTENT = "imprimatur:azure:DiskContent";
const PUBLICATION = "imprimatur:azure:VersionPublication";
const DISK = "azure-native:compute:Disk";
const DEFINITION = "azure-native:compute:GalleryImage";

/** A definition without this feature does not support hibernation. */
export const HIBERNATION = "IsHibernateSupported";

/** `/subscriptions/s/resourceGroups/<5th>/providers/Microsoft.Compute/…` */
const GROUP = 4;

/** Disks and versions, under the ledger's names: see `immutableValues` in components/azure/immutable.ts. */
export const azureImmutable: ImmutableReader = ({ ofImages }) => [
  ...ofImages(DISK).map(({ version, architecture, outputs: { name, location } }) => ({
    version,
    architecture,
    values: {
      ...(typeof name === "string" && { disk: name }),
      ...(typeof location === "string" && { location }),
    },
  })),
  ...ofImages(CONTENT).map(({ version, architecture, outputs: { diskId } }) => ({
    version,
    architecture,
    values: typeof diskId === "string" ? { resourceGroup: diskId.split("/")[GROUP] } : {},
  })),
  ...ofImages(PUBLICATION).map(({ version, architecture, outputs: { versionId } }) => {
    const parts = typeof versionId === "string" ? versionId.split("/") : [];
    const [gallery, definition] = [parts[8], parts[10]];
    return {
      version,
      architecture,
      values: gallery === undefined || definition === undefined ? {} : { gallery, definition },
    };
  }),
];

/**
 * Definitions and existing replicas, under the ledger's names: see `valuesNeverChanged` in
 * components/azure/immutable.ts. A release without a version belongs to the only definition of its architecture.
 */
export const azureNeverChanged: ImmutableReader = ({ ofImages, ofType }) => {
  const definitions = ofType(DEFINITION).map(({ outputs }) => outputs);
  const publications = new Map(ofImages(PUBLICATION).map(({ name, outputs }) => [name, outputs]));
  return ofImages(DISK).map(({ version, architecture, name }) => {
    const publication = publications.get(name);
    const versionId = publication?.versionId;
    const named = typeof versionId === "string" ? versionId.split("/")[10] : undefined;
    const ofArchitecture = definitions.filter(
      (definition) => definition.architecture === (architecture === "arm64" ? "Arm64" : "x64"),
    );
    const definition =
      definitions.find((definition) => definition.name === named) ??
      (ofArchitecture.length === 1 ? ofArchitecture[0] : undefined);
    return { version, architecture, values: { ...fixedOf(definition), ...replicasOf(publication) } };
  });
};

function fixedOf(definition: StateResource["outputs"] | undefined): Record<string, string> {
  if (definition === undefined) return {};
  const { identifier, hyperVGeneration, features } = definition as {
    identifier?: Record<string, string>;
    hyperVGeneration?: string;
    features?: readonly { name?: string; value?: string }[];
  };
  const named = (features ?? []).flatMap(({ name, value }) =>
    name === undefined || value === undefined ? [] : [[name, value] as const],
  );
  return {
    ...identifier,
    ...(hyperVGeneration !== undefined && { hyperVGeneration }),
    ...(features && { [HIBERNATION]: "False" }),
    ...Object.fromEntries(named),
  };
}

function replicasOf(publication: StateResource["outputs"] | undefined): Record<string, string> {
  const { targetRegions = [] } = (publication ?? {}) as {
    targetRegions?: readonly { name?: string; storageAccountType?: string }[];
  };
  return Object.fromEntries(
    targetRegions.flatMap(({ name, storageAccountType }) =>
      name === undefined || storageAccountType === undefined
        ? []
        : [[`storageAccountType in ${name}`, storageAccountType] as const],
    ),
  );
}
