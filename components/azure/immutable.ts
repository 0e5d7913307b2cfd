import { HIBERNATION } from "../../config/azure/immutable";
import type { ImmutableValues } from "../../config/ledger";
import type { AzurePlan, DefinitionPlan } from "./plan";

/** Properties whose change forces replacement of a gallery version and its disk. */
export function immutableValues({ resourceGroup, location, preflight, images }: AzurePlan): ImmutableValues {
  const { gallery } = preflight;
  return Object.fromEntries(
    images.map(({ architecture, definition, disk: { diskName } }) => [
      architecture,
      { resourceGroup, location, gallery, definition, disk: diskName },
    ]),
  );
}

/**
 * Properties that Azure never changes in an image definition, or in an existing replica
 * (learn.microsoft.com/azure/virtual-machines/shared-image-galleries, read 2026-11).
 */
export function valuesNeverChanged(
  { images }: AzurePlan,
  definitions: readonly DefinitionPlan[],
): ImmutableValues {
  return Object.fromEntries(
    images.map(({ architecture, definition, disk, version }) => {
      const { identifier, features = [] } = definitions.find(({ name }) => name === definition) ?? {};
      const replicas = version?.publication.targetRegions ?? [];
      return [
        architecture,
        {
          ...identifier,
          hyperVGeneration: disk.hyperVGeneration,
          [HIBERNATION]: "False",
          ...Object.fromEntries(features.map(({ name, value }) => [name, value])),
          ...Object.fromEntries(
            replicas.map(({ name, storageAccountType }) => [
              `storageAccountType in ${name}`,
              storageAccountType,
            ]),
          ),
        },
      ];
    }),
  );
}
