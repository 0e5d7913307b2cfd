import { BLOCK_SIZE } from "../../facts/units";
import { blockName } from "../store/blocks";
import type { Snapshot } from "./state/records";
import { type World } from "./state/world";

/**
 * Changes one bit of a block in one snapshot only: its copies are unaffected, and the block's checksum matches the
 * corrupt content, as if the storage had not noticed.
 *
 * @param index of the block; default: the first with data
 * @returns the index
 */
export async function rot(snapshot: Snapshot, index: number | undefined, world: World): Promise<number> {
  const { blocks } = world.maps.get(snapshot.map);
  const block = index ?? Math.min(...blocks.keys());
  const name = blocks.get(block);
  if (name === undefined) throw new Error(`snapshot ${snapshot.id} has no block ${block}`);
  const data = Buffer.from(await world.store.get(name));
  data[BLOCK_SIZE / 2] = data[BLOCK_SIZE / 2]! ^ 1;
  const map = world.newId("map");
  world.maps.hold(map);
  world.maps.inherit(map, snapshot.map);
  world.maps.write(map, block, blockName(data), data);
  world.maps.seal(map);
  world.snapshots.set(world.key(snapshot), { ...snapshot, map });
  world.maps.drop(snapshot.map);
  return block;
}
