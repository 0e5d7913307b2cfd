import { BIOS_BOOT_TYPE, ESP_TYPE, FREEBSD_BOOT_TYPE, SWAP_TYPE } from "../../disk/partition-types";
import { type InspectedImage, NO_FILES } from "../image";
import type { Finding } from "../rule";
import { NotInspectable } from "../tree";
import { ESP, isEspMounted } from "./walk";

/** Boot code of a BIOS, of which {@link bootProgram} speaks. */
const FOR_BIOS = [BIOS_BOOT_TYPE, FREEBSD_BOOT_TYPE];

/** Places of a disk from which something starts, or may be mounted, and whose files are in neither tree. */
export function partitionFindings(image: InspectedImage): Finding[] {
  const { partitions, esp, swaps = [], unseen = [], covered = [] } = image;
  const isThere = partitions.some(({ typeGuid }) => typeGuid === ESP_TYPE);
  return [
    ...unseen.map((message) => ({ message })),
    ...(isThere && esp instanceof NotInspectable
      ? [{ message: `the EFI system partition is not compared: ${esp.message}` }]
      : []),
    ...swaps
      .filter(({ isSwap }) => !isSwap)
      .map(({ number }) => ({
        // A hibernated system's memory is taken for a running one's (SWAPSPACE2 is S1SUSPEND then).
        message: `partition ${number} is of the type of swap, and holds something else, which is not compared`,
      })),
    ...partitions
      .filter(({ typeGuid }) => NO_FILES.has(typeGuid) && ![...FOR_BIOS, SWAP_TYPE].includes(typeGuid))
      .map(({ number }) => ({
        message: `partition ${number} is of a type without files (signatures or digests), and is not compared`,
      })),
    ...(image.bootCode ? [{ message: bootProgram(image) }] : []),
    ...[...covered, ...belowEsp(image)].map((where) => ({
      where,
      message: "hidden in the root, where another partition is mounted",
    })),
  ];
}

/** The root's own files in the place of the EFI system partition, of an image that does not mount it by itself. */
function belowEsp(image: InspectedImage): string[] {
  const { root, esp } = image;
  if (root instanceof NotInspectable || esp instanceof NotInspectable || isEspMounted(image)) return [];
  return (root.list(ESP) ?? []).map(({ name }) => `${ESP}/${name}`);
}

function bootProgram({ partitions }: InspectedImage): string {
  const more = partitions.filter(({ typeGuid }) => FOR_BIOS.includes(typeGuid));
  const rest = more.map(({ number }) => ` and partition ${number}`).join("");
  return `the first sector${rest} hold a program that a BIOS starts; it is not compared: build the image for UEFI alone`;
}
