/** Expected TPM measurements of a disk's boot, as stored in its image file. */
import { z } from "zod";

const line = z.string().regex(/^[^\p{Cc}]{0,500}$/u, { error: "one line of text" });
const digests = {
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: "64 hex digits in lower case" }),
  sha384: z.string().regex(/^[0-9a-f]{96}$/, { error: "96 hex digits in lower case" }),
};
/** Absent: whether Secure Boot is on makes no difference. */
const secureBoot = z
  .boolean()
  .optional()
  .meta({ description: "Only with Secure Boot on, or off; absent: both." });
const pcr = z.int().min(0).max(23);

const measurement = z
  .strictObject({
    pcr: pcr.meta({ description: "The register that it extends." }),
    part: line.meta({ description: "What is measured: `kernel`, `initrd`, `command line`, `boot loader`." }),
    name: line.optional().meta({ description: "The file, or the section of a unified kernel image." }),
    secureBoot,
    ...digests,
  })
  .meta({ description: "One measurement." });

const register = z
  .strictObject({ pcr, secureBoot, ...digests })
  .meta({ description: "The value of a register when the kernel starts." });

const unpredicted = z
  .strictObject({ pcr, secureBoot, why: line })
  .meta({ description: "A register whose value cannot be known from the disk, and why." });

const bootChain = z
  .strictObject({
    entry: line.meta({ description: "The boot entry: its file." }),
    loader: z
      .enum(["unified kernel image", "systemd-boot", "GRUB"])
      .meta({ description: "What starts the kernel." }),
    measurements: z.array(measurement).meta({ description: "In the order in which they are made." }),
    registers: z.array(register),
    unpredicted: z.array(unpredicted),
  })
  .meta({ description: "One boot entry." });

export const measuredBoot = z
  .strictObject({ entries: z.array(bootChain).min(1) })
  .meta({ description: "What a TPM is expected to have measured of each boot entry." });

export type MeasuredBoot = z.output<typeof measuredBoot>;
export type BootChain = z.output<typeof bootChain>;
export type Measurement = z.output<typeof measurement>;
export type Register = z.output<typeof register>;
