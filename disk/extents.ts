import type { Disk } from "./disk";
import { type Extent, ExtentJoiner, extentsOf } from "./extent";
import { readWindow, WINDOW, windowsOf } from "./window";

/**
 * The extents of a disk, in order, without gaps, decided by content in steps of 4096 bytes. Holes are not read, and a
 * file without holes gives the same extents.
 *
 * @throws {DiskProblem} when the file shrinks meanwhile
 */
export async function* readExtents(disk: Disk): AsyncGenerator<Extent> {
  const buffer = Buffer.allocUnsafeSlow(WINDOW);
  const joiner = new ExtentJoiner();
  for (const window of windowsOf(disk)) {
    await readWindow(disk, window, buffer);
    for (const extent of extentsOf(buffer, 0, window.length, window.start)) yield* joiner.add(extent);
  }
  yield* joiner.finish(disk.size);
}
