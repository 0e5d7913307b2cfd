import { MIB } from "../../facts/units";
import { NotInspectable } from "../tree";
import { type CpioMember, readCpio } from "./cpio";
import { unpackFirst } from "./unpack";

/** Bytes of the file, and of what it unpacks to: a desktop's, with all firmware, has 500 MB. */
const LARGEST_FILE = 512 * MIB;
const MOST_UNPACKED = 2048 * MIB;
/** Archives in one file: early microcode, and the rest. */
const MOST_ARCHIVES = 16;

/**
 * Members of every archive of an initramfs: cpio archives one after the other, as they are (early microcode) or each
 * compressed, and several in what is compressed, with zeros between them, as the kernel takes them all
 * (init/initramfs.c, unpack_to_rootfs, 6.1).
 *
 * @throws {NotInspectable} when it is damaged, has more than the limits above, or something else between its archives
 */
export function initramfsMembers(bytes: Buffer, name: string): CpioMember[] {
  if (bytes.length > LARGEST_FILE) throw new NotInspectable(`${name}: more than ${LARGEST_FILE} bytes`);
  const all: CpioMember[] = [];
  let left = MOST_UNPACKED;
  let archives = 0;
  const take = (plain: Buffer): Buffer => {
    if (++archives > MOST_ARCHIVES) throw new NotInspectable(`${name}: more than ${MOST_ARCHIVES} archives`);
    const { members, end } = readCpio(plain, name);
    for (const member of members) all.push(member);
    return plain.subarray(end);
  };
  for (let rest = withoutZeros(bytes); rest.length > 0; rest = withoutZeros(rest)) {
    if (isCpio(rest)) {
      rest = take(rest);
      continue;
    }
    const { content, end } = unpackFirst(rest, { name, mostBytes: left });
    left -= content.length;
    for (let inside = withoutZeros(content); inside.length > 0; inside = withoutZeros(inside))
      inside = take(inside);
    rest = rest.subarray(end);
  }
  return all;
}

function isCpio(bytes: Buffer): boolean {
  return /^07070[12]$/.test(bytes.toString("latin1", 0, 6));
}

function withoutZeros(bytes: Buffer): Buffer {
  const at = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(at < 0 ? bytes.length : at);
}
