import canonicalize from "canonicalize";

/**
 * JSON with sorted keys and no spaces, as RFC 8785 (JCS) has it: the same bytes for the same content, however a file is laid out.
 * Members that are undefined are left out. The package is the reference implementation by the RFC's authors, in its last version
 * for Node 20.
 *
 * @throws {Error} for NaN and infinite numbers, which JSON does not have
 */
export function canonicalJson(value: unknown): string {
  return canonicalize(value) ?? "null";
}
