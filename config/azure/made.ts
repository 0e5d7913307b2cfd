import type { MadeReader } from "../made";

const CONTENT = "imprimatur:azure:DiskContent";
const PUBLICATION = "imprimatur:azure:VersionPublication";
const DISK = "azure-native:compute:Disk";

/** `/subscriptions/s/resourceGroups/<5th>/providers/Microsoft.Compute/…` */
const GROUP = 4;

/** Disks and versions, under the names that the ledger has: see `madeFrom` in components/azure/made.ts. */
export const azureMade: MadeReader = ({ ofImages }) => [
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
