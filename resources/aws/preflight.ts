import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

/** Planned use of one region. */
export interface PreflightRegion {
  /** Region code, `eu-central-1`. */
  region: string;
  /** Any AMI or snapshot will be shared with everyone there. */
  public: boolean;
  /** Any of them will be shared with named grantees there. Absent: with no one, or only with everyone. */
  shared?: boolean;
  /** Total of public AMIs of the stack there, including this release's; no difference by itself. */
  publicImages?: number;
  /** Accounts, organisations and units that each AMI is shared with there. Absent: within AWS's default quota. */
  grantees?: number;
}

interface PreflightImage {
  name: string;
  /** `x86_64` or `arm64`. */
  architecture: string;
  /** SHA-256 of the raw disk, hex. */
  sha256: string;
}

/** An instance to be launched in the home region. */
interface PreflightLaunch {
  architecture: string;
  bootMode: string;
  instanceType: string;
}

export interface PreflightArgs {
  /** Region of the upload and the first AMI. */
  homeRegion: string;
  /** Every region of the publication, including the home region. */
  regions: PreflightRegion[];
  product: string;
  /** Version of the release. */
  release: string;
  /** AMIs in every region after the `up`. Refused: a name in use by another image, or with other bytes. */
  images: PreflightImage[];
  /**
   * SSM parameters that will point to them in every region; an existing one that this stack did not create is
   * refused.
   */
  pointers: string[];
  /** Instances of the boot check; absent: none. */
  launches?: PreflightLaunch[];
  /** 12 digits: refuse to publish from any other account. */
  accountId?: string;
  /** A withdrawn release is not checked; one that returns is checked completely. */
  withdrawn?: boolean;
}

/**
 * Checks early everything that AWS would refuse late: credentials, opted-in regions, block public access, default
 * encryption (an encrypted snapshot cannot be public), names in use. All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  /** The publishing account. */
  declare readonly accountId: pulumi.Output<string>;

  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:Preflight", name, args, ["accountId"], options);
  }
}
