import { z } from "zod";
import { template } from "../template";
import { awsBootCheck } from "./boot-check";
import { awsTags } from "./names";
import { AWS_REGIONS, type AwsRegion } from "./regions";
import { awsSharing } from "./sharing";

const region = z
  .enum(Object.keys(AWS_REGIONS) as [AwsRegion, ...AwsRegion[]])
  .meta({ title: "the code of an AWS region, as eu-central-1" });

/** Volume types for a root volume (EC2 API reference, EbsBlockDevice), except those that require an IOPS value. */
const VOLUME_TYPES = ["gp3", "gp2", "standard"] as const;

const image = z
  .strictObject({
    nameTemplate: template
      .default("{product}-{architecture}-{version}")
      .meta({ description: "Name of each AMI; unique in every region of the account." }),
    description: template
      .default("{product} {variant} {version} ({architecture}), {provenance}{contents}")
      .meta({ description: "Description of each AMI and snapshot; at most 255 characters when filled in." }),
    bootMode: z.enum(["uefi", "uefi-preferred", "legacy-bios"]).optional().meta({
      description: "Firmware that instances start with. Default: what the image file says.",
    }),
    tpmSupport: z
      .literal("v2.0")
      .optional()
      .meta({ description: "Gives instances a NitroTPM; needs bootMode uefi." }),
    imdsSupport: z.enum(["v2.0", "optional"]).default("v2.0").meta({
      description:
        "`v2.0`: instances answer metadata requests with a session token only. `optional`: IMDSv1 is answered too; AWS has no value that leaves only version 1.",
    }),
    enaSupport: z.boolean().default(true).meta({
      description: "The image has the driver of the Elastic Network Adapter: current instance types need it.",
    }),
    rootDeviceName: z
      .string()
      .regex(/^\/dev\/(sd|xvd)[a-z]1?$/, { error: "a device name as /dev/xvda or /dev/sda1" })
      .default("/dev/xvda")
      .meta({ description: "Device that the root volume appears as." }),
    volumeType: z
      .enum(VOLUME_TYPES)
      .default("gp3")
      .meta({ description: "EBS volume type of the root volume." }),
    tags: awsTags.meta({
      description: "Tags on AMIs and snapshots, besides `Name` and those that begin with `imprimatur:`.",
    }),
  })
  .meta({ description: "What each AMI is like." });

/** Publication of the product on AWS. */
export const aws = z
  .strictObject({
    accountId: z
      .string()
      .regex(/^\d{12}$/, { error: 'an account id of 12 digits in quotes, as "123456789012"' })
      .optional()
      .meta({
        description:
          "Publish from this account only; credentials of another one are refused. AWS is then asked whose they are, in a preview too.",
        examples: ["123456789012"],
      }),
    homeRegion: region.meta({
      description: "Where the disk is uploaded and staged releases live. The other regions get copies.",
    }),
    regions: z
      .partialRecord(
        region,
        z
          .strictObject({
            sharing: awsSharing
              .optional()
              .meta({ description: "Replaces `sharing`, whole, in this region." }),
          })
          .nullable()
          .transform((overrides) => overrides ?? {}),
      )
      .meta({
        description: "Every region that has the images, the home region too, each with its exceptions.",
      }),
    sharing: awsSharing.prefault({}),
    pointers: z
      .array(template)
      .default([])
      .meta({
        description:
          "Names of SSM parameters that hold the newest published AMI, in every region of the account that publishes. Moved last, and back when a release is withdrawn.",
        examples: ["/images/{product}/{architecture}/latest"],
      }),
    image: image.prefault({}),
    bootCheck: awsBootCheck.optional(),
  })
  .meta({ description: "Publication on AWS: EBS snapshots and AMIs." });

export type AwsConfig = z.output<typeof aws>;
