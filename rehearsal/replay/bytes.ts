/**
 * Substitute bytes of a disk: a transcript contains only their number. Values derived from them, such as checksums,
 * are recomputed.
 */
import { createHash } from "node:crypto";
import { VHD_FOOTER_SIZE } from "../../facts/vhd";
import { vhdFooter } from "../../disk/vhd";

/** Deterministic by place. No block is zero, which a cloud might omit. */
export function bytesFor(place: string, length: number): Buffer {
  return Buffer.alloc(length, createHash("sha256").update(place).digest());
}

/** @param offset where it is written; a disk ends with its footer, which Azure reads */
export function pagesFor(place: string, offset: number, length: number): Buffer {
  return length === VHD_FOOTER_SIZE ? vhdFooter(offset, "0".repeat(64)) : bytesFor(place, length);
}

export const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("base64");

/** Length of a body that nothing else states. */
export function lengthOf(body: unknown): number | undefined {
  const { bytes } = (body ?? {}) as { bytes?: unknown };
  return typeof bytes === "number" ? bytes : undefined;
}
