import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { blockMapRoot } from "../../disk/block-map";
import { Disk } from "../../disk/disk";
import { mapDisk } from "../../disk/map-disk";

/** An image file's description of a disk. */
export interface Inspected {
  bootMode: string;
  architecture: string;
}

/** The disk in the image file; `undefined`: none of that name, or none as the file is now. */
export async function inspectedDisk(imageFile: string, rawDisk: string): Promise<Inspected | undefined> {
  if (!existsSync(imageFile)) return undefined;
  const found = entriesOf(readFileSync(imageFile, "utf8")).find(([, { file }]) => file === basename(rawDisk));
  if (!found) return undefined;
  const [architecture, { bootMode, blockMap }] = found;
  const disk = await Disk.open(rawDisk);
  try {
    const { map } = await mapDisk(disk);
    return blockMapRoot(map) === blockMap.root ? { architecture, bootMode } : undefined;
  } finally {
    await disk.close();
  }
}

interface Entry {
  file: string;
  bootMode: string;
  blockMap: { root: string };
}

/** None of a file that is not read: `imprimatur inspect` says what is wrong with it. */
function entriesOf(text: string): [string, Entry][] {
  try {
    return Object.entries((JSON.parse(text) as { images?: Record<string, Entry> }).images ?? {});
  } catch {
    return [];
  }
}
