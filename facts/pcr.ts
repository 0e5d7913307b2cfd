/** Platform configuration registers of a TPM: digests that are only ever extended. */
import { createHash } from "node:crypto";

/** Banks whose values are predicted: SHA-256 of every TPM 2.0, SHA-384 of AWS's NitroTPM (docs.aws.amazon.com, 2026-11). */
export const BANKS = ["sha256", "sha384"] as const;
export type Bank = (typeof BANKS)[number];

/** Bytes of a digest. */
const DIGEST_BYTES: Record<Bank, number> = { sha256: 32, sha384: 48 };

/** One measurement, in each bank, hex. */
export type Digests = Readonly<Record<Bank, string>>;

/** The value of a register that starts at zero and is extended by these digests in order (TPM 2.0 Library, part 1, 17.2). */
export function extended(bank: Bank, digests: readonly string[], start?: string): string {
  const zero = "00".repeat(DIGEST_BYTES[bank]);
  return digests.reduce(
    (value, digest) =>
      createHash(bank)
        .update(Buffer.from(value + digest, "hex"))
        .digest("hex"),
    start ?? zero,
  );
}

/** Digests of some bytes, which may be in pieces. */
export function digestsOf(...pieces: readonly (Uint8Array | string)[]): Digests {
  const inBank = (bank: Bank) => {
    const hash = createHash(bank);
    for (const piece of pieces) hash.update(piece);
    return hash.digest("hex");
  };
  return { sha256: inBank("sha256"), sha384: inBank("sha384") };
}

/**
 * Words that systemd-pcrphase extends PCR 11 with after a unified kernel image has started, in their order: the first two by the initrd
 * (systemd-pcrphase.service(8), versions 252 to 257).
 */
export const BOOT_PHASES = ["enter-initrd", "leave-initrd", "sysinit", "ready"] as const;
