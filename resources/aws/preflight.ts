import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

/** What one region is going to be asked to do. */
export interface PreflightRegion {
  /** Region code, `eu-central-1`. */
  region: string;
  /** Any AMI or snapshot will be shared with everyone there. */
  public: boolean;
  /** Any of them will be shared with somebody there. Absent: with nobody, or only with everyone. */
  shared?: boolean;
  /** Public AMIs that the whole stack is to have there, this release's too; no difference by itself. */
  publicImages?: number;
  /** Accounts, organisations and units that each AMI is shared with there. Absent: no more than AWS gives without asking. */
  grantees?: number;
}

export interface PreflightImage {
  name: string;
  /** `x86_64` or `arm64`. */
  architecture: string;
  /** SHA-256 of the raw disk, hex. */
  sha256: string;
}

/** An instance that will be launched in the home region. */
export interface PreflightLaunch {
  architecture: string;
  bootMode: string;
  instanceType: string;
}

export interface PreflightArgs {
  /** Where the snapshot is uploaded and the first AMI registered. */
  homeRegion: string;
  /** Every region of the publication, the home region too. */
  regions: PreflightRegion[];
  product: string;
  /** Version of the release. */
  release: string;
  /** AMIs that are there in every region afterwards. Refused: a name that another image holds, and other bytes. */
  images: PreflightImage[];
  /** SSM parameters that will hold them in every region; one that this stack did not make is refused. */
  pointers: string[];
  /** Instances of the boot check; absent: none are launched. */
  launches?: PreflightLaunch[];
  /** 12 digits: refuse to publish from any other account. */
  accountId?: string;
  /** Nothing is asked for a withdrawn release; one that comes back is asked for everything again. */
  withdrawn?: boolean;
}

/**
 * Everything that AWS would refuse late, asked first: credentials, opted-in regions, block public access, default
 * encryption (an encrypted snapshot cannot be public), taken names. All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  /** The account that publishes. */
  declare readonly accountId: pulumi.Output<string>;

  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:aws:Preflight", name, args, ["accountId"], options);
  }
}
