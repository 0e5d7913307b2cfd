import { z } from "zod";

const instanceType = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, { error: "an EC2 instance type as t3.micro" });

const unit = z
  .string()
  .regex(/^[A-Za-z0-9:_.\\@-]{1,255}\.[a-z]+$/, { error: "the name of a systemd unit as foo.service" });

/**
 * Instance types on the Nitro hypervisor, the smallest with 1 GiB of memory, which is also what `imprimatur boot`
 * gives: only Nitro instances return the latest console output while running (EC2 API reference, GetConsoleOutput,
 * 2026-11).
 */
const DEFAULT_TYPES = { x86_64: "t3.micro", arm64: "t4g.micro" } as const;

/** An instance launched from every staged image before the image is shared. */
export const awsBootCheck = z
  .strictObject({
    instanceType: z
      .strictObject({
        x86_64: instanceType.default(DEFAULT_TYPES.x86_64),
        arm64: instanceType.default(DEFAULT_TYPES.arm64),
      })
      .prefault({})
      .meta({
        description:
          "Instance type for each architecture, on Nitro: others show their console only minutes after they started.",
      }),
    subnetId: z
      .string()
      .regex(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, {
        error: "the id of a subnet as subnet-0123456789abcdef0",
      })
      .optional()
      .meta({
        description:
          "Subnet of the home region that the instance is launched in. Default: one of the default VPC. It gets no public address and needs no way out.",
        examples: ["subnet-0123456789abcdef0"],
      }),
    timeout: z
      .int()
      .min(60)
      .max(7200)
      .default(900)
      .meta({ description: "Seconds until the login prompt and cloud-init's result." }),
    allowFailed: z
      .array(unit)
      .default([])
      .meta({ description: "Units that may fail.", examples: ["foo.service"] }),
  })
  .meta({
    description:
      "Launches an instance from every staged or published image in the home region, with the questions of `imprimatur boot`, and ends it. A release whose instance does not pass is copied nowhere and shared with nobody. Default: no instance is launched.",
  });

export type AwsBootCheck = z.output<typeof awsBootCheck>;
