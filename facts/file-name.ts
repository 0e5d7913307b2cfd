/** Names of files, which are bytes, as text. */

/**
 * A name as text; in one that is not UTF-8, each byte beyond ASCII becomes a lone surrogate, which UTF-8 text never
 * contains.
 */
export function nameOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join("");
}

/** The bytes of a name, or of a path: the reverse of {@link nameOf}. */
export function bytesOfName(name: string): Buffer {
  if (!/[\udc80-\udcff]/.test(name)) return Buffer.from(name, "utf8");
  return Buffer.concat(
    name.split("/").map((part, index) => Buffer.concat([Buffer.from(index === 0 ? "" : "/"), partOf(part)])),
  );
}

/** A part that has one has no other character beyond ASCII: so {@link nameOf} makes it. */
function partOf(part: string): Buffer {
  const isLone = /(?<![\ud800-\udbff])[\udc80-\udcff]/.test(part);
  return isLone ? Buffer.from(part, "latin1") : Buffer.from(part, "utf8");
}
