import type * as pulumi from "@pulumi/pulumi";

/**
 * Arguments of a boot check common to all clouds; a cloud with boot checks adds the machine's placement, and also
 * names its class `BootCheck`.
 *
 * The gate between a verified image at home and its copies and users: an instance launched from the image itself,
 * checked as by `imprimatur boot`, and terminated in any case. Fails, and so stops everything that depends on it,
 * when the instance does not pass. Launches again only for another image or other expectations.
 */
export interface BootCheckArgs {
  /** Region of the image and the instance. */
  region: string;
  imageId: pulumi.Input<string>;
  /** The cloud's machine type: `t3.micro`. */
  instanceType: string;
  /** `there`: cloud-init must complete; `absent`: the image is known to have none. */
  cloudInit: "there" | "absent";
  /** Units whose failure is tolerated. */
  allowFailed: string[];
  /** Seconds until the login prompt and cloud-init's result. */
  timeout: number;
  /** False: nothing is launched, and earlier evidence is kept. So a release keeps its record as it ages. */
  launch: boolean;
  tags: Record<string, string>;
}
