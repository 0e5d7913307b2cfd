/**
 * Evidence of the checks of a raw disk, as stored in its image file. No times: the same checks of the same disk by
 * the same program write the same file.
 */
import { z } from "zod";
import { expectation } from "./expectation";
import { type MeasuredBoot, measuredBoot } from "./measured-boot";

const line = z.string().regex(/^[^\p{Cc}]{0,500}$/u, { error: "one line of text" });
const outcome = z.enum(["passed", "failed"]);

/** At most 1 MiB of base64: Debian's archive keys are a tenth of it. */
const base64 = z.string().regex(/^[A-Za-z0-9+/]{1,1048576}={0,2}$/, { error: "base64" });

/** The proof behind the other fields of an input: a reader of the image file can check it again. */
const inputProof = z
  .strictObject({
    list: z.string().max(1_048_576).meta({ description: "The signed list, whole." }),
    signature: base64.meta({ description: "The detached OpenPGP signature of the list." }),
    key: base64.meta({ description: "The OpenPGP key that signed, without what others say of it." }),
  })
  .meta({
    description: "What the signature can be checked with again: by every `up`, and by `imprimatur verify`.",
  });

/** Source of the digest that the disk's was compared with. */
export const input = z
  .union(
    [
      z.literal("unsigned"),
      z.strictObject({
        signer: z
          .strictObject({
            fingerprint: z
              .string()
              .regex(/^[0-9A-F]{40}([0-9A-F]{24})?$/, { error: "an OpenPGP fingerprint in upper case" })
              .meta({ description: "OpenPGP fingerprint of the primary key." }),
            user: line.meta({ description: "First user id of the key." }),
            signedOn: z.iso.datetime().meta({ description: "When the list was signed." }),
          })
          .meta({ description: "Who signed the list." }),
        checksums: line.meta({ description: "File name of the signed list." }),
        sha512: z
          .string()
          .regex(/^[0-9a-f]{128}$/, { error: "128 hex digits in lower case" })
          .meta({ description: "What the list says of the disk." }),
        proof: inputProof.optional(),
      }),
    ],
    { error: '"unsigned", or who signed the list that names the disk' },
  )
  .meta({ description: "`unsigned`, or the signed list of digests that the disk was found in." });

/** Incremented when a rule is added, removed or changes its meaning; part of every report and record. */
export const POLICY_VERSION = 4;

const policyEvidence = z
  .strictObject({
    outcome,
    version: z.int().min(1).meta({ description: "Version of the image policy's rules." }),
    counts: z
      .strictObject({
        passed: z.int().min(0),
        failed: z.int().min(0),
        notInspected: z.int().min(0),
      })
      .meta({ description: "Rules, by what came of them." }),
    failed: z.array(line).meta({ description: "Ids of the rules that failed." }),
    declared: expectation,
    report: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 hex digits" })
      .meta({ description: "Digest of the report that `imprimatur inspect --policy --json` prints." }),
  })
  .meta({ description: "What the image policy found." });

const cloudInit = z
  .strictObject({
    outcome: z.enum(["done", "failed", "absent", "not-asked"]),
    version: line.optional(),
    datasource: line.optional(),
  })
  .meta({ description: "What came of cloud-init." });

const bootEvidence = z
  .strictObject({
    outcome,
    problems: z.array(line).meta({ description: "Why it failed." }),
    machine: z
      .strictObject({
        qemu: line.meta({ description: "Version of QEMU." }),
        accelerator: z.enum(["kvm", "tcg"]).meta({ description: "`tcg`: emulated." }),
        firmware: line.meta({ description: "File name of the firmware." }),
      })
      .meta({ description: "What it was started on." }),
    kernel: line.optional().meta({ description: "Release of the kernel that ran." }),
    cloudInit,
    failedUnits: z.array(line).meta({ description: "Units that systemd could not start." }),
    imprimatur: line.meta({ description: "Version of the program that looked." }),
  })
  .meta({ description: "What the boot check saw." });

/** Evidence from an instance launched from the published image itself: in records, not in image files. */
export const launchEvidence = z.strictObject({
  /** Failed instances are not recorded. */
  outcome: z.literal("passed"),
  /** Instance type by the cloud's name: `t3.micro`. */
  instanceType: line,
  kernel: line.optional(),
  cloudInit,
  /** Failed units that are tolerated. */
  failedUnits: z.array(line),
  /** Version of the inspecting program. */
  imprimatur: line,
});

const buildProvenance = z
  .strictObject({
    file: line.meta({ description: "File name of the attestation." }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: "64 hex digits in lower case" })
      .meta({ description: "SHA-256 of that file." }),
    predicateType: line.meta({ description: "What it says of itself that it is." }),
  })
  .meta({
    description: "The builder's own attestation of how the disk was built. Its signature was not checked.",
  });

const sbomEvidence = z
  .strictObject({
    file: line.meta({ description: "File name of the software bill of materials." }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: "64 hex digits in lower case" })
      .meta({ description: "SHA-256 of that file." }),
  })
  .meta({
    description:
      "What is installed in the disk, as a file that `imprimatur inspect --sbom` wrote: CycloneDX, named by its digest.",
  });

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "64 hex digits in lower case" });

const fileListEvidence = z
  .strictObject({
    file: line.meta({ description: "File name of the list, which is gzipped." }),
    sha256: sha256.meta({ description: "SHA-256 of the list, unpacked." }),
    entries: z.int().min(1).meta({ description: "Files, folders and links in it." }),
  })
  .meta({
    description:
      "Every file of the disk, as a list that `imprimatur inspect --files` wrote: what a running system is compared with.",
  });

const contentsEvidence = z
  .strictObject({
    /** A disk that fails gets no image file. */
    outcome: z.literal("passed"),
    version: z.int().min(1).meta({ description: "Version of the list of generated files." }),
    counts: z
      .strictObject({
        packaged: z.int().min(0).meta({ description: "Files, folders and links as packages bring them." }),
        generated: z.int().min(0).meta({
          description: "Generated ones, whose content follows from packages or is one of few texts.",
        }),
        unchecked: z.int().min(0).meta({ description: "Generated ones whose content is not compared." }),
        declared: z.int().min(0).meta({ description: "The product's own (`ownFiles`)." }),
      })
      .meta({ description: "Files of the root and of the EFI system partition, by what they are." }),
    ownFiles: z.array(line).meta({ description: "Patterns that were declared." }),
    asOf: z.iso
      .datetime()
      .optional()
      .meta({ description: "The time at which the indices had to be valid, if it was given." }),
    suites: z
      .array(
        z.strictObject({
          suite: line.meta({ description: "As apt names it: `bookworm-security`." }),
          archive: line.meta({ description: "Where it was read." }),
          date: z.iso.datetime().meta({ description: "When the archive made the signed file." }),
          sha256: sha256.meta({ description: "SHA-256 of the signed file, InRelease." }),
          signer: line.meta({ description: "OpenPGP fingerprint of the key that signed it." }),
          packages: z.record(line, sha256).meta({
            description: "SHA-256 of each installed package's .deb, by `name_version_architecture`.",
          }),
        }),
      )
      .meta({ description: "Suites that the installed packages were found in." }),
  })
  .meta({
    description:
      "Every file was compared with the packages of the distribution's signed archive (`imprimatur inspect --archive`).",
  });

export type Input = z.output<typeof input>;
export type InputProof = z.output<typeof inputProof>;
export type PolicyEvidence = z.output<typeof policyEvidence>;
export type BuildProvenance = z.output<typeof buildProvenance>;
export type SbomEvidence = z.output<typeof sbomEvidence>;
export type ContentsEvidence = z.output<typeof contentsEvidence>;
export type FileListEvidence = z.output<typeof fileListEvidence>;
export type BootEvidence = z.output<typeof bootEvidence>;
export type LaunchEvidence = z.output<typeof launchEvidence>;

/** Optional members of an image: one per kind of check, each written by its own command. */
export const evidence = {
  input: input.optional(),
  policy: policyEvidence.optional(),
  boot: bootEvidence.optional(),
  provenance: buildProvenance.optional(),
  sbom: sbomEvidence.optional(),
  files: fileListEvidence.optional(),
  measuredBoot: measuredBoot.optional(),
  contents: contentsEvidence.optional(),
};
export interface Evidence {
  readonly input?: Input | undefined;
  readonly policy?: PolicyEvidence | undefined;
  readonly boot?: BootEvidence | undefined;
  readonly provenance?: BuildProvenance | undefined;
  readonly sbom?: SbomEvidence | undefined;
  readonly files?: FileListEvidence | undefined;
  readonly measuredBoot?: MeasuredBoot | undefined;
  readonly contents?: ContentsEvidence | undefined;
}
