/**
 * Common form of every signed statement: in-toto Statement v1 (github.com/in-toto/attestation, spec/v1/statement.md,
 * 2026-11).
 */
import { z } from "zod";

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";

export const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
/** Both digests of the file (the only form of 0.1.0), or its block map's root: config/disk-digests.ts. */
export const digests = z
  .strictObject({ sha256: hex(64).optional(), sha512: hex(128).optional(), blockMap: hex(64).optional() })
  .refine(({ sha256, blockMap }) => (sha256 === undefined) !== (blockMap === undefined), {
    error: "either sha256 or blockMap",
  });
/** A raw disk as a subject. */
export const disk = z.strictObject({ name: z.string(), digest: digests });
