import type * as pulumi from "@pulumi/pulumi";

/**
 * What a boot check needs to know on every cloud; a cloud that has one adds where its machines stand, and calls its class
 * `BootCheck` too.
 *
 * The gate between a verified image at home and its copies and users: an instance that is launched from the image itself,
 * with the questions of `imprimatur boot`, and ended whatever comes of it. Fails, and so stops everything that depends on
 * it, when the instance does not pass. Launches again only for another image, or when other things are expected of it.
 */
export interface BootCheckArgs {
  /** Where the image is and the instance is launched. */
  region: string;
  imageId: pulumi.Input<string>;
  /** The cloud's name of the machine: `t3.micro`. */
  instanceType: string;
  /** Whether cloud-init has to come to its end: `absent` of an image that is known to have none. */
  cloudInit: "there" | "absent";
  /** Units that may fail. */
  allowFailed: string[];
  /** Seconds until the login prompt and cloud-init's result. */
  timeout: number;
  /** False: nothing is launched, and what was seen earlier is kept. So a release keeps its record as it grows old. */
  launch: boolean;
  tags: Record<string, string>;
}
