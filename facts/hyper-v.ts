// Azure starts an image on the generation of machines that its definition names: generation 1 has a BIOS, generation 2 UEFI
// (https://learn.microsoft.com/azure/virtual-machines/generation-2, 2026-11).

/** All that a definition for machines with a BIOS needs: generation 1 has neither trusted launch nor NVMe. */
export const GENERATION_1 = {
  hyperVGeneration: "V1",
  securityType: "Standard",
  diskControllerTypes: "SCSI",
} as const;

/**
 * Keys of `definition` in a stack file that a disk of this boot mode needs on Azure; none where the defaults fit.
 *
 * @param bootMode of the image file
 */
export function definitionFor(bootMode: string | undefined): Readonly<Record<string, string>> {
  return bootMode === "legacy-bios" ? GENERATION_1 : {};
}
