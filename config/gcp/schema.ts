import { z } from "zod";
import { template } from "../template";
import { GCP_LOCATIONS } from "./locations";
import { BUCKET_NAME_RULE, gcpLabels, isBucketName } from "./names";
import { PRINCIPAL, PRINCIPAL_FORM } from "./members";

/** Guest OS features (Compute Engine API, `GuestOsFeature.type`), without those for Windows. */
export const GUEST_OS_FEATURES = [
  "UEFI_COMPATIBLE",
  "VIRTIO_SCSI_MULTIQUEUE",
  "GVNIC",
  "IDPF",
  "MULTI_IP_SUBNET",
  "SEV_CAPABLE",
  "SEV_LIVE_MIGRATABLE",
  "SEV_LIVE_MIGRATABLE_V2",
  "SEV_SNP_CAPABLE",
  "SNP_SVSM_CAPABLE",
  "SUSPEND_RESUME_COMPATIBLE",
  "TDX_CAPABLE",
] as const;
export type GuestOsFeature = (typeof GUEST_OS_FEATURES)[number];

const location = z.enum(GCP_LOCATIONS).meta({ title: "a location of Google Cloud, as eu or europe-west1" });

const features = z.array(z.enum(GUEST_OS_FEATURES)).refine((list) => new Set(list).size === list.length, {
  error: "each feature once",
});

const principal = z.string().regex(PRINCIPAL, { error: PRINCIPAL_FORM });

const image = z
  .strictObject({
    nameTemplate: template.default("{product}-{architecture}-{version}").meta({
      description:
        "Name of each image. Google's alphabet is narrower: capitals are lowered, `.` and `_` become `-`.",
    }),
    description: template
      .default("{product} {variant} {version} ({architecture}), {provenance}{contents}")
      .meta({ description: "Description of each image; the SHA-256 of its raw disk is added." }),
    storageLocations: z
      .array(location)
      .max(1, { error: "at most one location: an image is kept in one" })
      .default([])
      .meta({ description: "Multi-region (`eu`) or region that keeps the image; empty: Google's choice." }),
    guestOsFeatures: z
      .strictObject({ x86_64: features.optional(), arm64: features.optional() })
      .default({})
      .meta({
        description:
          "What the guest can do, by architecture. Default: `UEFI_COMPATIBLE` if it boots so, `GVNIC`, and `VIRTIO_SCSI_MULTIQUEUE` on x86_64.",
      }),
    labels: gcpLabels.meta({ description: "Labels, besides those that begin with `imprimatur-`." }),
    licenses: z
      .array(
        z
          .string()
          .regex(
            /^(https:\/\/(www\.googleapis|compute\.googleapis)\.com\/compute\/v1\/)?projects\/[a-z0-9:.-]+\/global\/licenses\/[a-z0-9-]+$/,
            {
              error: 'a license as "projects/debian-cloud/global/licenses/debian-13"',
            },
          ),
      )
      .default([])
      .meta({
        description: "License resources that Google attaches to every disk made from the image.",
        examples: ["projects/debian-cloud/global/licenses/debian-13"],
      }),
  })
  .meta({ description: "What each image is like." });

/** Publication of the product on Google Cloud. */
export const gcp = z
  .strictObject({
    project: z
      .string()
      .regex(/^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, {
        error: "a project id: 6 to 30 characters of a-z, 0-9 and -, with a letter first",
      })
      .meta({ description: "Project that owns the images.", examples: ["my-project"] }),
    bucket: z
      .strictObject({
        name: z
          .string()
          .refine(isBucketName, { error: BUCKET_NAME_RULE })
          .meta({
            description: "Name of the bucket; unique on all of Google Cloud.",
            examples: ["my-project-images"],
          }),
        exists: z.boolean().default(false).meta({
          description:
            "`true`: the bucket is there and stays. `false`: the program makes it, and removes it at the end.",
        }),
        location: location.default("us").meta({ description: "Where a bucket that the program makes is." }),
      })
      .meta({ description: "Bucket that the archives pass through." }),
    keepArchive: z.boolean().default(false).meta({
      description: "Keep the archive in the bucket after the image was made and verified.",
    }),
    family: template.default("{productVariant}-{architecture}").meta({
      description:
        "Image family: holds the newest published release and no other, because Google gives out the image of a family that was made last.",
    }),
    sharing: z
      .strictObject({
        public: z.boolean().default(false).meta({ description: "Everyone who is signed in to Google." }),
        principals: z
          .array(principal)
          .default([])
          .meta({
            description: "Users, groups, service accounts and domains.",
            examples: ["group:testers@example.org", "domain:example.org"],
          }),
      })
      .prefault({})
      .meta({ description: "Who may use the images, besides the project that owns them." }),
    image: image.prefault({}),
  })
  .meta({ description: "Publication on Google Cloud: Compute Engine images." });

export type GcpConfig = z.output<typeof gcp>;
