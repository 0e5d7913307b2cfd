import canonicalize from "canonicalize";

/**
 * JSON with sorted keys and no spaces, by RFC 8785 (JCS): the same content gives the same bytes, however a file is
 * formatted. Undefined members are omitted. The package is the reference implementation by the RFC's authors, in its
 * last version for Node 20.
 *
 * @throws {Error} for NaN and infinite numbers, which JSON does not have
 */
export function canonicalJson(value: unknown): string {
  return canonicalize(value) ?? "null";
}
