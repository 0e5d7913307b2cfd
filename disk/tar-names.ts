/** Members of a tar archive, by its headers: POSIX.1-2017, "pax"; GNU tar manual, "Basic Tar Format" (2026-11). */
import type { Foreign, ReadBytes } from "./foreign";
import { nameInShell } from "../facts/shell";

const BLOCK = 512;
/** Members looked at: an OVA has a description, a manifest, a certificate and its disks. */
const MOST_MEMBERS = 16;
const DISK = /\.(raw|img|vmdk|vhd|vhdx|vdi|qcow2?)$/i;

/** True for a header whose checksum is right, which also archives without a magic number have. */
export function isTar(header: Buffer): boolean {
  if (header.length < BLOCK || header[0] === 0) return false;
  const written = octal(header, 148, 8);
  if (written === undefined) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  return sum === written;
}

/**
 * The archive by its kind, and how its disk is unpacked and made raw.
 *
 * @param file as a word of a shell
 */
export async function tarCommand(read: ReadBytes, file: string): Promise<Foreign> {
  const names = await memberNames(read);
  const isOva = names.some((name) => /\.ovf$/i.test(name));
  const what = isOva ? "an OVA, a tar archive" : "a tar archive, as Compute Engine imports";
  const disk = names.find((name) => DISK.test(name));
  if (disk === undefined)
    return { what, cure: `Unpack it, and name the raw disk that is in it: tar -xf ${file}` };
  const member = nameInShell(disk);
  const unpacked = `Unpack the disk that is in it: tar -xf ${file} ${member}`;
  if (/\.(raw|img)$/i.test(disk)) return { what, cure: unpacked };
  const raw = nameInShell(disk.replace(DISK, ".raw"));
  return { what, cure: `${unpacked} && qemu-img convert -O raw ${member} ${raw}` };
}

async function memberNames(read: ReadBytes): Promise<string[]> {
  const names: string[] = [];
  for (let at = 0, count = 0; count < MOST_MEMBERS; count++) {
    const header = await read(at, BLOCK);
    const size = header.length === BLOCK ? octal(header, 124, 12) : undefined;
    if (!isTar(header) || size === undefined) break;
    const name = header.toString("utf8", 0, 100).split("\0")[0] ?? "";
    // Printed in a command: nothing but plain names.
    if (!/[\p{Cc}\ufffd]/u.test(name)) names.push(name);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return names;
}

/** A number of octal digits; `undefined`: none. Larger ones are binary, which GNU tar marks with the first bit. */
function octal(header: Buffer, at: number, length: number): number | undefined {
  if ((header[at] ?? 0) === 0x80) return Number(header.readBigUInt64BE(at + length - 8));
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(header.toString("latin1", at, at + length)) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}
